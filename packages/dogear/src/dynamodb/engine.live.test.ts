// An engine on DynamoDB (dynalite): timers, effects, take-over, followers; and processes that race for one session.

import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeEach, expect, it } from 'vitest'
import { bundled } from '../../../../scripts/bundled.mjs'
import { ordered } from '../engine/effects/shop.fixture.ts'
import { atReview, eventually, person, type Rig, rig, watch } from '../engine/harness.fixture.ts'
import { page, reporting } from '../engine/progress/progress.fixture.ts'
import { work } from '../engine/worker.fixture.ts'
import { checkout } from '../flow/checkout.fixture.ts'
import { fromEffect } from '../flow/machine.ts'
import { at, entry, readRecord, textOf } from '../store/cases/bench.ts'
import { clientOf, ownDynamodb, patientMs } from './own-dynamodb.fixture.ts'
import { dynamodbStore } from './store.ts'

const server = await ownDynamodb()
const client = clientOf(server.port)
let table: string

beforeEach(async () => {
  table = `test-${randomUUID()}`
  await server.create(table)
})

afterAll(async () => {
  client.destroy()
  await server.close()
})

/** The options of a rig that does not fail because the machine is busy. */
const withStore = (more: object) => ({
  store: watch(dynamodbStore(client, { table, deadlineMs: patientMs })),
  deadlineMs: patientMs,
  ...more,
})

type Charge = () => Promise<unknown>

/** A process of its own as far as the engine knows, with this way to charge and prices held for `priceHold` ms. */
function process({ charge = async () => 'paid', priceHold = 900_000 }: { charge?: Charge; priceHold?: number }): Rig {
  const flow = checkout.provide({ actors: { chargeCard: fromEffect(charge as never) }, delays: { priceHold } })
  // A lease is long enough to be renewed in time on a busy machine.
  return rig({ flow: flow as never, ...withStore({ leaseMs: 4_000, effectWaitMs: 1 }) })
}

it('fires a timer that nobody waits for, once, by one of two workers', async () => {
  const [first, second] = [process({ priceHold: 300 }), process({ priceHold: 300 })]
  const someone = await atReview(first.engine)
  const workers = [work(first, { idleMs: 20 }), work(second, { idleMs: 20 })]
  const before = (await someone.read()).revision
  await eventually(async () => expect((await someone.read()).value).toMatch(/expired/))
  await eventually(() => expect(workers.reduce((sum, { woken }) => sum + woken, 0)).toBe(1))
  expect((await someone.read()).revision).toBe(before + 1)
  expect([...first.errors, ...second.errors]).toEqual([])
})

it('runs an effect under its lease, and another process takes it over once the first has died', async () => {
  const dead = process({ charge: () => new Promise(() => {}) })
  const someone = await atReview(dead.engine)
  await someone.send('order.placed')
  const calls: string[] = []
  const successor = process({
    async charge() {
      calls.push('charged')
      return { receipt: 'r1' }
    },
  })
  work(successor, { idleMs: 20 })
  const began = dead.store.calls.length
  await eventually(() => expect(dead.store.calls.slice(began)).toContain('hold'))
  expect(calls).toEqual([])
  // A process that dies renews nothing more, and gives nothing up.
  const never = () => new Promise<never>(() => {})
  Object.assign(dead.store, { read: never, commit: never, hold: never, defer: never })
  // Nobody looks meanwhile, so that it is the worker who finds it.
  await eventually(() => expect(calls).toEqual(['charged']))
  const there = person(successor.engine, someone.caller.credential)
  await eventually(async () => expect(await there.read()).toMatchObject({ value: 'confirmed', pending: [] }))
  expect(calls).toEqual(['charged'])
  void dead.engine.close(0).catch(() => {})
})

it('tells a page of what another process did, by looking: DynamoDB tells nobody', async () => {
  const [here, elsewhere] = [rig(withStore({ pollMs: 20 })), rig(withStore({}))]
  const someone = person(here.engine)
  await someone.send('shipping.submitted', { name: 'Ada' })
  const hints: unknown[] = []
  const watching = await here.engine.watch('checkout', someone.caller, (hint) => hints.push(hint))
  const seen = hints.length
  await person(elsewhere.engine, someone.caller.credential).send('payment.submitted', { token: 'tok_ok' })
  await eventually(() => expect(hints.slice(seen)).toEqual([expect.objectContaining({ revision: 2 })]))
  watching.stop()
})

it('shows what an effect reports on the pages of another process, by looking, as long as it is under way', async () => {
  const effect = reporting()
  const [here, there] = [
    rig({ flow: effect.flow as never, ...withStore({ effectWaitMs: 1 }) }),
    rig({ flow: effect.flow as never, ...withStore({ pollMs: 20 }) }),
  ]
  const someone = await ordered(here)
  const { shown, hints, stop } = await page(there, someone)
  for (const text of ['Once', ' upon', ' a time']) {
    effect.report(text)
    await eventually(() => expect(shown.text.endsWith(text)).toBe(true))
  }
  expect(shown.text).toBe('Once upon a time')
  effect.end()
  await eventually(() => expect(hints.at(-1)).toEqual({ kind: 'current', effects: {} }))
  there.store.calls.length = 0
  await eventually(() => expect(there.store.calls.length).toBeGreaterThan(2))
  expect(there.store.calls).not.toContain('progressOf')
  stop()
  expect([...here.errors, ...there.errors]).toEqual([])
})

it('lets two processes race for one session, and loses no write of either', async () => {
  const store = dynamodbStore(client, { table, deadlineMs: patientMs })
  await store.commit('counter', 0, entry(1, '0'))
  const program = bundled(fileURLToPath(new URL('./writer.fixture.ts', import.meta.url)))
  const args = [program, `${server.port}`, table, '40']
  const both = await Promise.all([1, 2].map(() => promisify(execFile)(globalThis.process.execPath, args)))
  const revisions = both.flatMap(({ stdout }) => JSON.parse(stdout) as number[]).sort((a, b) => a - b)
  expect(revisions).toEqual(Array.from({ length: 80 }, (_, i) => i + 2))
  const record = await readRecord(store, 'counter')
  expect([textOf(record), record.position.revision]).toEqual(['80', at(81).revision])
})
