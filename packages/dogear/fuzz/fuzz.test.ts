// The attacks of `npm run fuzz`, fewer of them; the rules they are judged by, held against planted bugs.

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Attack, toSent } from './attack.ts'
import { type Arrived, type Channel, openNode, overNext, overWeb } from './channels.ts'
import { canary } from './people.ts'
import { routes } from './routes.ts'
import { run } from './run.ts'
import { sameWorlds, type World } from './world.ts'

let node: Awaited<ReturnType<typeof openNode>>
let world: () => Promise<World>
beforeAll(async () => {
  node = await openNode()
  world = await sameWorlds()
})
afterAll(() => node.close())

// Another seed every day: each of them is a new search, and a failure names its own.
const seed = Math.floor(Date.now() / 86_400_000)

it('no request breaks a rule, whatever is in it, by whatever server it comes [M3] [M49] [M53]', async () => {
  const channels = [overWeb, overWeb, overWeb, overNext, node.channel]
  const { failure, heap } = await run({ seed, inputs: 3_000, world, channels })
  expect(failure).toBeUndefined()
  expect(heap[1] - heap[0]).toBeLessThan(20_000_000)
}, 300_000)

it.each(routes.map((route) => [`${route.method} ${route.path}`, route] as const))(
  'attacks on %s begin with a request that it accepts',
  async (_, route) => {
    const statuses: number[] = []
    for (const sender of ['eve', 'moved'] as const)
      for (let count = 0; count < 7; count++) {
        const open = await world()
        const plain: Attack = { route, sender, count, changes: [], channel: 0, pace: 'whole' }
        const answer = await overWeb(open.http, toSent(plain, open.http.basePath, open.people), 'whole')
        statuses.push(answer?.status ?? 0)
        await open.close()
      }
    expect(Math.min(...statuses)).toBeLessThan(400)
  },
)

describe('a run notices', () => {
  afterEach(() => {
    Reflect.deleteProperty(Object.prototype, 'polluted')
  })

  /** A channel with a bug in every answer. */
  function planted(bug: (answer: Arrived, world: World) => unknown): [Channel, () => Promise<World>] {
    let open: World
    const channel: Channel = async (...sent) => {
      const answer = await overWeb(...sent)
      return answer && (((await bug(answer, open)) as Arrived | undefined) ?? answer)
    }
    const next = async () => {
      open = await world()
      return open
    }
    return [channel, next]
  }
  const entry = { bytes: Uint8Array.of(1), revision: 1, mark: 'mark----', ttlMs: 1000 }
  const foreseen = '{"code":"internal","status":500}'

  it.each<[string, RegExp, (answer: Arrived, world: World) => unknown]>([
    ['an error nobody foresaw', /code internal/, (answer) => ({ ...answer, status: 500, text: foreseen })],
    ['an answer that never comes', /no answer in time/, () => new Promise(() => {})],
    ['a refusal that writes', /changed a record/, (_, { store }) => void store.commit('another', 0, entry)],
    [
      'a write to somebody else’s',
      /changed somebody/,
      (_, { store, people }) => void store.remove(people.ada.id, 1000),
    ],
    ['a word of somebody else’s', /it tells/, (answer) => ({ ...answer, text: `"${canary}"` })],
    ['a polluted prototype', /every object inherits/, () => void Object.assign(Object.prototype, { polluted: 1 })],
    ['an answer that a cache may keep', /a cache may keep it/, (answer) => ({ ...answer, header: () => null })],
    ['two answers to one request', /two answers/, (answer) => ({ ...answer, more: 1 })],
  ])('%s', async (planting, rule, bug) => {
    const [channel, next] = planted(bug)
    const deadlineMs = planting === 'an answer that never comes' ? 200 : 20_000
    const { failure } = await run({ seed, inputs: 100, world: next, channels: [channel], deadlineMs })
    expect(failure).toMatch(rule)
  })
})
