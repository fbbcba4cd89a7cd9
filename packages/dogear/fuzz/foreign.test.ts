// Every route with the ids, cookies, links and codes of somebody else: each is answered like one that never was.

import { randomBytes } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { memoryStore } from '../src/store/memory.ts'
import { type Attack, type Sent, toSent } from './attack.ts'
import { overWeb } from './channels.ts'
import { type Sender, send } from './people.ts'
import { itemFor, type Route, routes } from './routes.ts'
import { openWorld, sameWorlds, type World } from './world.ts'

let world: () => Promise<World>
beforeAll(async () => {
  world = await sameWorlds()
})

const named = routes.map((route) => [`${route.method} ${route.path}`, route] as const)
const counts = Array.from({ length: 7 }, (_, count) => count)

const sentBy = ({ http, people }: World, route: Route, sender: Sender, count: number): Sent => {
  const plain: Attack = { route, sender, count, changes: [], channel: 0, pace: 'whole' }
  return toSent(plain, http.basePath, people)
}

/** All that an answer tells: its status, its body but for what is new every time, how many cookies it sets. */
async function told({ http }: World, sent: Sent): Promise<unknown> {
  const answer = await overWeb(http, sent, 'whole')
  const text = answer?.text.replace(/"(mark|tag)":"[^"]*"|\b1[6-9]\d{11}\b|retry: \d+/g, '0')
  return [answer?.status, text, answer?.cookies.length]
}

const replaced = (sent: Sent, from: string, to: string): Sent => ({
  ...sent,
  target: sent.target.replaceAll(from, to),
  body: sent.body && new Uint8Array(Buffer.from(Buffer.from(sent.body).toString().replaceAll(from, to))),
})

describe('somebody else’s cookie', () => {
  it.each(named)(
    'at %s tells what a cookie of nothing tells, and changes nothing of theirs [M10]',
    async (_, route) => {
      for (const count of counts) {
        const unknown = await told(await world(), sentBy(await world(), route, 'unknown', count))
        for (const sender of ['wrong secret', 'other flow'] as const) {
          const open = await world()
          const before = (await open.records()).get(open.people.ada.id)
          expect(await told(open, sentBy(open, route, sender, count)), `${sender} ${count}`).toEqual(unknown)
          expect((await open.records()).get(open.people.ada.id)).toBe(before)
        }
      }
    },
  )
})

describe('somebody else’s id', () => {
  const withItem = named.filter(([, { path }]) => path.includes('*') || path.endsWith('/open'))

  it.each(withItem)('at %s is answered like one that never was [M10]', async (_, route) => {
    const open = await world()
    const { ada } = open.people
    for (const [id, unknown] of [
      [ada.id, randomBytes(32).toString('base64url')],
      [ada.tag, randomBytes(8).toString('base64url')],
    ] as const)
      for (const count of counts) {
        const item = itemFor(route, open.people, count)
        const [theirs, none] = [id, unknown].map((one) =>
          replaced(replaced(sentBy(open, route, 'eve', count), item, one), ada.id, one),
        )
        const first = await told(await world(), theirs as Sent)
        const second = await told(await world(), none as Sent)
        expect(JSON.parse(JSON.stringify(first).replaceAll(id, unknown))).toEqual(second)
      }
  })

  it('of an operation is one’s own to use [M10]', async () => {
    const open = await world()
    const body = { opId: 'ada-pays', event: { type: 'payment.given', method: 'card' } }
    const theirs = await send(open.http, '/trip/events', { cookie: open.people.eve.cookie, body })
    const other = await world()
    const own = await send(other.http, '/trip/events', {
      cookie: other.people.eve.cookie,
      body: { ...body, opId: 'of-nobody' },
    })
    expect([theirs.status, theirs.body.outcome, theirs.body.code]).toEqual([
      own.status,
      own.body.outcome,
      own.body.code,
    ])
  })
})

describe('a link or a code', () => {
  it('that was used, ran out, was guessed or never was gets one and the same answer [M35]', async () => {
    let now = Date.now()
    const clock = () => now
    const { http, people } = await openWorld(memoryStore({ clock }), { clock })
    const { used } = people.ada
    const { open } = people.eve
    now += 11 * 60_000
    const link = people.ada.used.token.split('.')[0]
    const never = [
      `${randomBytes(16).toString('base64url')}.${used.token.split('.')[1]}`,
      `${link}.${open.token.split('.')[1]}`,
    ]
    const proofs = [
      ...[used.token, open.token, ...never, 'x', ''].map((token) => ({ token })),
      ...[used.code, open.code, '00000-00000', 'x', ''].map((code) => ({ code })),
    ]
    for (const path of ['/handoffs/look', '/handoffs/redeem']) {
      const answers = new Set<string>()
      for (const body of proofs) {
        const { status, text, cookies } = await send(http, path, { cookie: 'user=eve', body })
        answers.add(JSON.stringify([status, text, cookies]))
      }
      expect([...answers]).toEqual([expect.stringMatching(/^\[410,.*handoff_gone/)])
    }
  })
})

describe('the time of an answer', () => {
  /** The median times of these requests in milliseconds, each sent so often, in turns. */
  async function medians(open: World, all: readonly Sent[], often: number): Promise<number[]> {
    const times = all.map(() => [] as number[])
    for (let round = 0; round < often; round++)
      for (const [index, sent] of all.entries()) {
        const began = performance.now()
        await overWeb(open.http, sent, 'whole')
        times[index]?.push(performance.now() - began)
      }
    return times.map((one) => one.sort((a, b) => a - b)[Math.floor(often / 2)] as number)
  }

  it.each([
    ['GET', '/:flow', 'wrong secret'],
    ['GET', '/:flow/devices', 'wrong secret'],
    ['POST', '/:flow/extend', 'wrong secret'],
    ['GET', '/:flow', 'other flow'],
  ] as const)('to %s %s by %s is that of an unknown cookie [M10] [M35]', async (method, path, sender) => {
    const open = await world()
    const [theirs, none] = ([sender, 'unknown'] as const).map((one) => sentBy(open, { method, path }, one, 0))
    const [one = 0, other = 1] = await medians(open, [theirs as Sent, none as Sent], 500)
    // Far outside the noise of a busy machine, far below what a record that is opened would take more.
    expect(one / other).toBeGreaterThan(1 / 3)
    expect(one / other).toBeLessThan(3)
  })

  it('of a used link is that of one that never was [M35]', async () => {
    const open = await world()
    const route = { method: 'POST', path: '/handoffs/look' }
    const used = sentBy(open, route, 'eve', 2)
    const none = replaced(
      used,
      open.people.ada.used.token.split('.')[0] as string,
      randomBytes(16).toString('base64url'),
    )
    const [one = 0, other = 1] = await medians(open, [used, none], 500)
    expect(one / other).toBeGreaterThan(1 / 3)
    expect(one / other).toBeLessThan(3)
  })
})
