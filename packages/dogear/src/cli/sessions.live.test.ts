import { randomBytes, randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { tagOf } from '../engine/access.ts'
import { createEngine } from '../engine/engine.ts'
import { atReview, type Person } from '../engine/harness.fixture.ts'
import { recommendedRedisOptions } from '../redis/options.ts'
import { redisStore } from '../redis/store.ts'
import { configOf, place, type Workspace } from './command.fixture.ts'
import { hanging } from './config.fixture.ts'

const url = process.env.DOGEAR_TEST_REDIS_URL
if (!url) throw new Error('DOGEAR_TEST_REDIS_URL names no Redis')
const client = new Redis(url, recommendedRedisOptions)
const prefix = `sessions-${randomUUID()}`
const keyOf = (id: string) => `${id}:${randomBytes(32).toString('base64url')}`
const [old, current] = [keyOf('k1'), keyOf('k2')]
const engineWith = (keys: string) =>
  createEngine({ store: redisStore(client, { prefix }), flows: [hanging()], keys, effectWaitMs: 1 })
const engines = [engineWith(old), engineWith(`${current},${old}`)]
const [before, now] = engines as [(typeof engines)[0], (typeof engines)[0]]

let here: Workspace
let saved: Person[]
beforeAll(async () => {
  const config = `() => made.sealedOnRedis(${JSON.stringify(url)}, ${JSON.stringify(prefix)}, '${current},${old}')`
  here = await place({ 'dogear.config.ts': configOf(config) })
  const as = (engine: typeof now, id: string) => ({ id: engine.keyring?.digests('owner', id)[0] ?? '', label: 'A•••' })
  saved = [await atReview(before, as(before, 'ada')), await atReview(now, as(now, 'ada'))]
  await atReview(now, as(now, 'eve'))
})
afterAll(async () => {
  await here.close()
  await Promise.all(engines.map((engine) => engine.close(1)))
  await client.quit()
})
const idOf = ({ caller }: Person) => caller.credential?.id ?? ''

it('lists the sessions of a person under every key, and those of nobody else', async () => {
  const { code, stdout, stderr } = await here.run('sessions', '--owner', 'ada')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const rows = stdout.trimEnd().split('\n').slice(1)
  expect(rows).toHaveLength(2)
  for (const one of saved) expect(stdout).toContain(`${idOf(one)}  ${tagOf(idOf(one))}  checkout  review`)
})

it('shows each of them in full, with nothing that the person entered', async () => {
  const { code, stdout } = await here.run('sessions', '--owner', 'ada', '--full')
  expect(code).toBe(0)
  expect(stdout.match(/position +epoch 0, revision 2/g)).toHaveLength(2)
  expect(stdout).not.toMatch(/Ada|tok_ok/)
})

it('prints one document for programs', async () => {
  const { stdout } = await here.run('sessions', '--owner', 'ada', '--json')
  const { sessions } = JSON.parse(stdout)
  expect(sessions.map(({ session }: { session: string }) => session).sort()).toEqual(saved.map(idOf).sort())
  expect(sessions[0]).toMatchObject({ flow: 'checkout', step: 'review', path: 'review', status: 'active' })
})

it('says that a person has none, and asks for one', async () => {
  expect(await here.run('sessions', '--owner', 'bob')).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/no ses/),
  })
  expect(await here.run('sessions')).toMatchObject({ code: 2, stderr: 'Name --owner <id>.\n' })
})
