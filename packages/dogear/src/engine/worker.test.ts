// Workers: they fire what is due and take over what died, without knowing of each other.

import { afterEach, describe, expect, it } from 'vitest'
import { checkout } from '../flow/checkout.fixture.ts'
import { fromEffect } from '../flow/machine.ts'
import { at } from '../store/cases/bench.ts'
import type { Stored } from '../store/store.ts'
import { world as archiveWorld } from './archive/world.fixture.ts'
import type { Engine } from './contract.ts'
import { atReview, eventually, person, type Rig, rig, watch } from './harness.fixture.ts'
import { stopWorkers, work, world } from './worker.fixture.ts'

afterEach(stopWorkers)

type Call = { effectId: string; attempt: number; signal: AbortSignal }
const charging = (run: (call: Call) => Promise<unknown>) =>
  checkout.provide({ actors: { chargeCard: fromEffect(run) } })
const hold = 900_000

describe('a timer', () => {
  it('fires without anyone asking, once, though three workers look', async () => {
    const { clock, store, pass } = world()
    const rigs = [rig({ store, clock }), rig({ store, clock }), rig({ store, clock })]
    const someone = await atReview((rigs[0] as Rig).engine)
    for (const each of rigs) work(each)
    pass(hold)
    await eventually(async () => expect(await someone.read()).toMatchObject({ step: 'expired', revision: 3 }))
    expect(rigs.flatMap(({ errors }) => errors)).toEqual([])
  })

  it('that fell due while everything was down fires when a worker comes up', async () => {
    const { clock, store, pass } = world()
    const someone = await atReview(rig({ store, clock }).engine)
    pass(hold * 2)
    const later = rig({ store, clock })
    work(later)
    await eventually(async () =>
      expect(await later.engine.read('checkout', someone.caller.credential)).toMatchObject({
        step: 'expired',
        revision: 3,
      }),
    )
  })

  it.each([3_600_000, -3_600_000])(
    'fires neither early nor late in a process whose clock is off by %i ms',
    async (skew) => {
      const { clock, store, pass } = world()
      const skewed = rig({ store, clock: () => clock() + skew })
      const someone = await atReview(skewed.engine)
      const dueAt = clock() + hold
      expect(await someone.read()).toMatchObject({ timers: [{ id: 'priceHold', dueAt: expect.closeTo(dueAt, -1) }] })
      pass(hold - 1_000)
      expect((await person(rig({ store, clock }).engine, someone.caller.credential).send('note.added')).view.step).toBe(
        'review',
      )
      expect((await someone.send('note.added')).view.step).toBe('review')
      pass(1_001)
      expect((await someone.read()).step).toBe('expired')
    },
  )
})

describe('an effect whose process died', () => {
  /** Starts a charge in an engine that never finishes it, as if the process had been killed. */
  async function strandedCharge(
    store: ReturnType<typeof watch>,
    clock: () => number,
  ): Promise<{ someone: Awaited<ReturnType<typeof atReview>>; engine: Engine; wakeUp: (result: string) => void }> {
    let wakeUp: (result: string) => void = () => {}
    const dead = rig({
      store,
      clock,
      effectWaitMs: 1,
      flow: charging(() => new Promise((resolve) => (wakeUp = resolve))),
    })
    const someone = await atReview(dead.engine)
    await someone.send('order.placed')
    return { someone, engine: dead.engine, wakeUp: (result) => wakeUp(result) }
  }

  it('is taken over when its lease ends, with the same id and the next attempt', async () => {
    const { clock, store, pass } = world()
    const { someone } = await strandedCharge(store, clock)
    const calls: Call[] = []
    const heir = rig({
      store,
      clock,
      flow: charging(async (call) => {
        calls.push(call)
        return 'by the heir'
      }),
    })
    work(heir)
    pass(14_000)
    await eventually(() => expect(store.calls.filter((call) => call === 'claimDue').length).toBeGreaterThan(3))
    expect(calls).toEqual([])
    pass(2_000)
    await eventually(async () =>
      expect(await heir.engine.read('checkout', someone.caller.credential)).toMatchObject({
        step: 'confirmed',
        context: { receipt: 'by the heir' },
      }),
    )
    expect(calls).toMatchObject([{ effectId: `${someone.caller.credential?.id}.chargeCard.1`, attempt: 2 }])
  })

  it('changes nothing when it wakes up after it was taken over', async () => {
    const { clock, store, pass } = world()
    const { someone, wakeUp } = await strandedCharge(store, clock)
    let finish: (value: string) => void = () => {}
    const heir = rig({ store, clock, flow: charging(() => new Promise((resolve) => (finish = resolve))) })
    work(heir)
    pass(16_000)
    await eventually(async () => expect(await someone.read()).toMatchObject({ pending: ['chargeCard'], revision: 4 }))
    wakeUp('by the zombie')
    await eventually(() => expect(store.calls.at(-1)).not.toBe('commit'))
    expect(await someone.read()).toMatchObject({ step: 'paying', revision: 4 })
    finish('by the heir')
    await eventually(async () =>
      expect(await someone.read()).toMatchObject({ step: 'confirmed', context: { receipt: 'by the heir' } }),
    )
  })

  it('is taken over at once when its process stopped in good order', async () => {
    const { clock, store } = world()
    const { someone, engine } = await strandedCharge(store, clock)
    await engine.close(5)
    const heir = rig({ store, clock, flow: charging(async () => 'by the heir') })
    work(heir)
    await eventually(async () =>
      expect(await heir.engine.read('checkout', someone.caller.credential)).toMatchObject({ step: 'confirmed' }),
    )
  })
})

it('a long effect keeps its lease with heartbeats, which write nothing, and is not taken over', async () => {
  const { clock, store: inner, pass } = world()
  const [here, there] = [watch(inner), watch(inner)]
  let finish: (value: string) => void = () => {}
  let starts = 0
  const flow = charging(
    () =>
      new Promise((resolve) => {
        starts++
        finish = resolve
      }),
  )
  const parts = { clock, leaseMs: 60, effectWaitMs: 1 }
  const holder = rig({ ...parts, store: here, flow: { ...flow, effects: { chargeCard: { timeout: '30 s' } } } })
  const someone = await atReview(holder.engine)
  await someone.send('order.placed')
  work(rig({ ...parts, store: there, flow }), { leaseMs: 40 })
  const holds = ({ calls }: { calls: string[] }) => calls.filter((call) => call === 'hold').length
  for (let round = 0; round < 8; round++) {
    const [ours, theirs] = [holds(here), holds(there)]
    await eventually(() => expect(holds(here)).toBeGreaterThan(ours + 1))
    // The worker cannot see the lease before it has ended in the record.
    if (round > 2) await eventually(() => expect(holds(there)).toBeGreaterThan(theirs))
    pass(50)
  }
  expect(starts).toBe(1)
  expect((await someone.read()).revision).toBe(3)
  finish('paid')
  await eventually(async () => expect((await someone.read()).step).toBe('confirmed'))
})

it('a wake begins with the record that the claim found, and reads no other', async () => {
  const { clock, store, pass } = world()
  const someone = await atReview(rig({ store, clock }).engine)
  pass(hold)
  const reads = () => store.calls.filter((call) => call === 'read').length
  const before = reads()
  const worker = work(rig({ store, clock }))
  await eventually(() => expect(worker.woken).toBe(1))
  expect(reads()).toBe(before)
  expect(await someone.read()).toMatchObject({ step: 'expired', revision: 3 })
})

it('a wake decides nothing on the record of a claim that somebody has changed since', async () => {
  const { clock, store, pass } = world()
  const [here, there] = [rig({ store, clock }), rig({ store, clock })]
  const someone = await atReview(here.engine)
  const id = someone.caller.credential?.id ?? ''
  const stored = (await store.read(id)) as Stored
  await someone.send('order.placed')
  await eventually(async () => expect(await someone.read()).toMatchObject({ step: 'confirmed' }))
  const { revision } = await someone.read()
  pass(hold)
  await there.engine.wake(id, clock(), stored)
  expect(await someone.read()).toMatchObject({ step: 'confirmed', revision })
  await store.remove(id, 60_000)
  await expect(there.engine.wake(id, clock(), stored)).rejects.toMatchObject({ code: 'session_gone' })
  expect(there.errors).toEqual([])
})

it('a worker reports a record it cannot read and goes on with the others', async () => {
  const { clock, store, pass } = world()
  const here = rig({ store, clock })
  await store.commit('broken', 0, { bytes: Uint8Array.of(9), ...at(1), ttlMs: 1e9, dueAt: clock() })
  const someone = await atReview(here.engine)
  pass(hold)
  work(here)
  await eventually(async () => expect(await someone.read()).toMatchObject({ revision: 3 }))
  expect(here.errors).toMatchObject([{ code: 'record_unreadable' }])
  expect(await store.read('broken')).toMatchObject({ bytes: Uint8Array.of(9) })
})

it('a worker outlives a store that fails for a while', async () => {
  const { clock, store: inner, pass } = world()
  let down = true
  const store = watch(inner, (real) => ({
    claimDue: (...args) => (down ? Promise.reject(new Error('down')) : real.claimDue(...args)),
  }))
  const here = rig({ store, clock })
  const someone = await atReview(here.engine)
  pass(hold)
  work(here)
  await eventually(() => expect(here.errors.length).toBeGreaterThan(1))
  down = false
  await eventually(async () => expect(await someone.read()).toMatchObject({ revision: 3 }))
})

it('a worker writes the backlog to the archive', async () => {
  const { process, pass, rows } = archiveWorld()
  const errors: unknown[] = []
  const engine = process(undefined, (error) => errors.push(error))
  await person(engine).send('say')
  pass(1_500)
  work({ engine, errors } as unknown as Rig)
  await eventually(() => expect(rows()).toBe(1))
  expect(errors).toEqual([])
})
