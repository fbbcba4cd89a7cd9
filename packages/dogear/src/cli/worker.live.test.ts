import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterAll, afterEach, expect, it } from 'vitest'
import { msgpackCodec } from '../codec/codec.ts'
import { createEngine } from '../engine/engine.ts'
import { atReview, eventually, type Person, person } from '../engine/harness.fixture.ts'
import { recommendedRedisOptions } from '../redis/options.ts'
import { redisStore } from '../redis/store.ts'
import type { Store } from '../store/store.ts'
import type { SessionRecord } from '../turn/record.ts'
import { configOf, place, type Running, type Workspace } from './command.fixture.ts'
import { hanging, onPglite } from './config.fixture.ts'

const url = process.env.DOGEAR_TEST_REDIS_URL
if (!url) throw new Error('DOGEAR_TEST_REDIS_URL names no Redis')
const client = new Redis(url, recommendedRedisOptions)
afterAll(() => client.quit())

const places: Workspace[] = []
const running: Running[] = []
afterEach(async () => {
  for (const { child } of running.splice(0)) child.kill('SIGKILL')
  for (const each of places.splice(0)) await each.close()
})

/** A worker that has started, on a config that exports `expression`. */
async function worker(expression: string, ...args: string[]): Promise<Running> {
  const here = await place({ 'dogear.config.ts': configOf(expression) })
  places.push(here)
  const one = here.start('worker', '--idle-ms', '20', ...args)
  running.push(one)
  await one.heard(/worker started/)
  return one
}

function onRedis(): { store: Store; expression: string } {
  const prefix = `worker-${randomUUID()}`
  return { store: redisStore(client, { prefix }), expression: `made.onRedis(${JSON.stringify(url)}, '${prefix}')` }
}

async function recordOf(store: Store, id = ''): Promise<SessionRecord> {
  const found = await store.read(id)
  if (typeof found !== 'object') throw new Error('there is no record')
  return msgpackCodec().decode(found.bytes)
}

/** Someone whose prices are held for a millisecond. */
async function withTimerDue(store: Store): Promise<Person> {
  const someone = person(createEngine({ store, flows: [hanging(1)] }))
  await someone.send('shipping.submitted', { name: 'Ada' })
  return someone
}

it('a worker fires what is due, says so on start and stop, and ends with 0', async () => {
  const { store, expression } = onRedis()
  const someone = await withTimerDue(store)
  const { child, ended } = await worker(expression)
  await eventually(async () =>
    expect(await recordOf(store, someone.caller.credential?.id)).toMatchObject({
      revision: 2,
      snapshot: { value: 'expired' },
    }),
  )
  child.kill('SIGINT')
  const { stdout, ...rest } = await ended
  expect(rest).toEqual({ code: 0, signal: null, stderr: '' })
  expect(stdout.split('\n')).toEqual([
    expect.stringMatching(/^worker started: redis store, flows checkout, ./),
    expect.stringMatching(/^worker stopped: SIGINT after .+, sessions woken 1, errors 0$/),
    '',
  ])
})

it('a worker told to stop while an effect runs gives its lease up and ends long before the effect would', async () => {
  const { store, expression } = onRedis()
  const engine = createEngine({ store, flows: [hanging()], effectWaitMs: 1 })
  const someone = await atReview(engine)
  await someone.send('order.placed')
  await engine.close(1)
  const { child, ended } = await worker(expression, '--json')
  const id = someone.caller.credential?.id
  await eventually(async () => expect((await recordOf(store, id)).effects).toMatchObject([{ attempt: 2 }]))

  const began = performance.now()
  child.kill('SIGTERM')
  const { code, stdout, stderr } = await ended
  expect(performance.now() - began).toBeLessThan(5000)
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({
    store: 'redis',
    flows: ['checkout'],
    reason: 'SIGTERM',
    woken: 1,
    errors: 0,
  })
  expect(stderr).toMatch(/^worker started: .*\nworker stopped: .*\n$/)
  const [effect] = (await recordOf(store, id)).effects
  expect(effect).toMatchObject({ attempt: 2 })
  expect(effect?.leaseUntil).toBeLessThanOrEqual(await store.now())
})

it('a worker that takes its time to stop ends at once on a second signal', async () => {
  const { store, expression } = onRedis()
  const engine = createEngine({ store, flows: [hanging()], effectWaitMs: 1 })
  const someone = await atReview(engine)
  await someone.send('order.placed')
  await engine.close(1)
  const { child, ended } = await worker(expression, '--drain-ms', '600000')
  await eventually(async () =>
    expect((await recordOf(store, someone.caller.credential?.id)).effects).toMatchObject([{ attempt: 2 }]),
  )
  child.kill('SIGTERM')
  child.kill('SIGINT')
  expect(await ended).toMatchObject({ signal: null, code: expect.toBeOneOf([130, 143]) })
})

it('a worker keeps its process alive where nothing else does', async () => {
  const { child, heard, ended } = await worker('() => made.telling(made.onMemory())')
  await heard(/(looked\n){3}/)
  child.kill('SIGTERM')
  expect(await ended).toMatchObject({ code: 0, stdout: expect.stringContaining('worker stopped: SIGTERM') })
})

it('a worker fires what is due in an embedded database', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dogear-pglite-'))
  const before = await onPglite(folder)
  await withTimerDue(before.engine.store)
  await before.close?.()
  const { child, heard, ended } = await worker(`() => made.telling(made.onPglite(${JSON.stringify(folder)}))`)
  await heard(/woke/)
  child.kill('SIGTERM')
  expect(await ended).toMatchObject({ code: 0, stdout: expect.stringContaining('sessions woken 1, errors 0') })
  await rm(folder, { recursive: true, force: true })
}, 90_000)

it('a worker on a store that fails says so in one line each, without a stack', async () => {
  const { child, heard, ended } = await worker(`made.onRedis('redis://127.0.0.1:1')`)
  await heard(/store_unavailable: Redis did not answer as it should\. \(.+\)\n/)
  child.kill('SIGTERM')
  const { code, stderr } = await ended
  expect(code).toBe(0)
  for (const line of stderr.trimEnd().split('\n')) expect(line).toMatch(/^store_unavailable: /)
})
