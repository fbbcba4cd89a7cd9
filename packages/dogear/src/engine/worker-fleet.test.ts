// Workers of different releases or applications on one agenda: each serves what it can and keeps nothing from the rest.

import { afterEach, describe, expect, it, vi } from 'vitest'
import { checkout } from '../flow/checkout.fixture.ts'
import type { Due } from '../store/store.ts'
import { tagOf } from './access.ts'
import { atReview, eventually, person, rig, watch } from './harness.fixture.ts'
import { createUnserved } from './unserved.ts'
import { stopWorkers, work, world } from './worker.fixture.ts'
import { startWorker } from './worker.ts'

afterEach(stopWorkers)

const hold = 900_000
const other = { ...checkout, id: 'other' } as typeof checkout
const newer = { ...checkout, version: checkout.version + 1, migrations: { ...checkout.migrations } } as typeof checkout

const countOf = (store: { calls: string[] }, name: string) => store.calls.filter((call) => call === name).length

describe('a worker that does not know the flow of a session', () => {
  it('leaves it at once to one that does', async () => {
    const { clock, store, pass } = world()
    const [here, there] = [rig({ store, clock }), rig({ store, clock, flow: other })]
    const someone = await atReview(here.engine)
    pass(hold)
    work(there)
    // The clock stands still: a session hidden for any time would stay hidden.
    await eventually(() => expect(countOf(store, 'defer')).toBe(1))
    work(here)
    await eventually(async () => expect(await someone.read()).toMatchObject({ step: 'expired', revision: 3 }))
  })

  it('passes over it then, and reports it once, by its reference', async () => {
    const { clock, store, pass } = world()
    const [here, there] = [rig({ store, clock }), rig({ store, clock, flow: other })]
    const people = [await atReview(here.engine), await atReview(here.engine)]
    pass(hold)
    work(there)
    await eventually(() => expect(countOf(store, 'claimDue')).toBeGreaterThan(20))
    expect(countOf(store, 'defer')).toBe(2)
    expect(there.errors).toMatchObject([
      { code: 'unknown_flow', message: expect.stringContaining('"checkout"'), reference: expect.any(String) },
    ])
    const references = people.map(({ caller }) => tagOf(caller.credential?.id ?? ''))
    expect(references).toContain((there.errors[0] as { reference: string }).reference)
  })

  it('leaves the process room for something else, also on a store in memory', async () => {
    const { clock, store, pass } = world()
    const here = rig({ store, clock })
    for (let i = 0; i < 100; i++) await atReview(here.engine)
    pass(hold)
    work(rig({ store, clock, flow: other }), { concurrency: 4 })
    await new Promise((resolve) => setTimeout(resolve, 0))
    expect(countOf(store, 'defer')).toBeLessThan(50)
  })

  it('serves what falls due now before it has gone through what piled up', async () => {
    const { clock, store, pass } = world()
    const [here, there] = [rig({ store, clock }), rig({ store, clock, flow: other })]
    for (let i = 0; i < 400; i++) await atReview(here.engine)
    pass(hold)
    const someone = person(there.engine)
    const send = (type: string, payload: object) =>
      there.engine.send('other', someone.caller, { opId: `operation ${type}`, event: { type, ...payload } })
    const { created } = await send('shipping.submitted', { name: 'Ada' })
    someone.caller.credential = created
    await send('payment.submitted', { token: 'tok_ok' })
    pass(hold)
    work(there, { concurrency: 4 })
    await eventually(async () =>
      expect(await there.engine.read('other', someone.caller)).toMatchObject({ step: 'expired', revision: 3 }),
    )
    expect(countOf(store, 'defer')).toBeLessThan(200)
  })

  it('finds what is behind many of them', async () => {
    const { clock, store, pass } = world()
    const [here, there] = [rig({ store, clock }), rig({ store, clock, flow: other })]
    for (let i = 0; i < 41; i++) await atReview(here.engine)
    pass(hold)
    work(there, { concurrency: 4 })
    await eventually(() => expect(countOf(store, 'defer')).toBe(41))
  })
})

it('a worker of an earlier version leaves a session to one of a later version', async () => {
  const { clock, store, pass } = world()
  const [later, earlier] = [rig({ store, clock, flow: newer }), rig({ store, clock })]
  const someone = await atReview(later.engine)
  pass(hold)
  work(earlier)
  await eventually(() => expect(countOf(store, 'defer')).toBe(1))
  expect(earlier.errors).toMatchObject([
    { code: 'newer_version', reference: tagOf(someone.caller.credential?.id ?? '') },
  ])
  work(later)
  await eventually(async () => expect(await someone.read()).toMatchObject({ step: 'expired', revision: 3 }))
})

describe('a session that no worker can serve', { timeout: 60_000 }, () => {
  const leaseMs = 15_000

  /** The pauses between the times at which one worker that looks all the time claims it. */
  function pauses(lookMs: number, untilMs: number): number[] {
    let now = 1_000_000
    const dueAt = now - 200
    let claimableAt = dueAt
    const claims: number[] = []
    const giveBack = async (_: Due, at: number) => {
      claimableAt = at
    }
    const unserved = createUnserved({ now: () => now, giveBack, leaseMs, idleMs: 500, onError: () => {} })
    for (const end = now + untilMs; now < end; now += lookMs) {
      // Other workers can have it at any time.
      expect(claimableAt).toBeLessThanOrEqual(now)
      if (unserved.passedOver().has('a')) continue
      claims.push(now)
      const due: Due = { id: 'a', dueAt, leaseUntil: now + leaseMs }
      void unserved.refused(due, new Error('it does not open'))
    }
    return claims.slice(1).map((at, i) => at - (claims[i] ?? 0))
  }

  it('is looked at less and less often, and every 15 minutes in the end', () => {
    const all = pauses(500, 3 * 3_600_000)
    expect(all.slice(0, 4)).toEqual([1_500, 3_000, 6_000, 12_000])
    expect(all).toEqual(all.toSorted((a, b) => a - b))
    expect(all.at(-1)).toBe(900_000)
    expect(all.length).toBeLessThan(25)
  })

  it('is put off for everybody once a worker passes over a thousand, but not before others had a chance', async () => {
    let now = 60_000
    const puts: number[] = []
    const giveBack = async (_: Due, at: number) => puts.push(at - now)
    const unserved = createUnserved({ now: () => now, giveBack, leaseMs, idleMs: 500, onError: () => {} })
    const refuse = (id: string, dueAt: number) =>
      unserved.refused({ id, dueAt, leaseUntil: now + leaseMs }, new Error('no'))
    for (let i = 0; i < 3_000; i++) await refuse(`s-${i}`, now - 500)
    expect(unserved.passedOver().size).toBe(1_000)
    expect(unserved.passedOver()).toContain('s-2999')
    expect(puts).toEqual(Array.from({ length: 3_000 }, () => -500))
    now += 1_000
    for (const overdueMs of [9_999, 10_000, 20_000, 60_000, 3_600_000]) await refuse('another', now - overdueMs)
    expect(puts.slice(-5)).toEqual([-9_999, -10_000, -20_000, -60_000, -3_600_000])
    for (const overdueMs of [10_000, 20_000, 60_000, 3_600_000]) await refuse(`at ${overdueMs}`, now - overdueMs)
    expect(puts.slice(-4)).toEqual([10_000, 20_000, 60_000, 900_000])
    now += 1_000
    expect(unserved.passedOver().size).toBe(1)
    await refuse('one more', now)
    expect(puts.at(-1)).toBe(0)
  })

  it('comes back one after the other if there are many of its kind', async () => {
    let now = 60_000
    const puts: number[] = []
    const giveBack = async (_: Due, at: number) => puts.push(at - now)
    const unserved = createUnserved({ now: () => now, giveBack, leaseMs, idleMs: 500, onError: () => {} })
    const refuse = (id: number) =>
      unserved.refused({ id: `${id}`, dueAt: now - 10_000, leaseUntil: now + leaseMs }, new Error('no'))
    for (let i = 0; i < 10_000; i++) await refuse(i)
    const late = puts.filter((ms) => ms > 0)
    expect(late).toHaveLength(9_000)
    expect(Math.max(...late)).toBeGreaterThan(80_000)
    now += 10_001
    await refuse(10_000)
    expect(puts.at(-1)).toBe(-10_000)
  })
})

it('a session that was claimed before there was anything to do fires its timer in time all the same', async () => {
  const { clock, store, pass } = world()
  const here = rig({ store, clock })
  const someone = await atReview(here.engine)
  const id = someone.caller.credential?.id ?? ''
  const found = await store.read(id)
  if (typeof found !== 'object') throw new Error('there is no record')
  const { bytes, position } = found
  await store.remove(id, 0)
  // As if an effect were under way elsewhere, whose first lease has run out.
  await store.commit(id, 0, { ...{ bytes, ...position, ttlMs: 1e9 }, dueAt: clock() + hold - 1_000 })
  pass(hold - 1_000)
  work(here)
  await eventually(() => expect(countOf(store, 'defer')).toBe(1))
  expect(await someone.read()).toMatchObject({ step: 'review' })
  // Less than the lease of the claim.
  pass(1_001)
  await eventually(async () => expect(await someone.read()).toMatchObject({ step: 'expired', revision: 3 }))
})

describe('stopping a worker', () => {
  it('does not wait for a store that does not answer', async () => {
    const { clock, store: inner } = world()
    const store = watch(inner, () => ({ claimDue: () => new Promise(() => {}) }))
    const worker = work(rig({ store, clock }))
    await eventually(() => expect(countOf(store, 'claimDue')).toBe(1))
    await worker.stop()
  })

  it('does not wait for a store that takes no claim back', async () => {
    const { clock, store: inner, pass } = world()
    const store = watch(inner, () => ({ defer: () => new Promise(() => {}) }))
    await atReview(rig({ store, clock }).engine)
    pass(hold)
    vi.useFakeTimers()
    try {
      const worker = startWorker({ engine: rig({ store, clock, flow: other }).engine, idleMs: 2 })
      await vi.waitFor(() => expect(countOf(store, 'defer')).toBe(1))
      let stopped = false
      void worker.stop().then(() => (stopped = true))
      await vi.advanceTimersByTimeAsync(1_000)
      expect(stopped).toBe(true)
    } finally {
      vi.useRealTimers()
    }
  })

  it('gives back what was claimed too late', async () => {
    const { clock, store: inner, pass } = world()
    let answer: () => void = () => {}
    const store = watch(inner, (real) => ({
      async claimDue(...args) {
        const claimed = await real.claimDue(...args)
        await new Promise<void>((resolve) => (answer = resolve))
        return claimed
      },
    }))
    const here = rig({ store, clock })
    await atReview(here.engine)
    pass(hold)
    const worker = work(here)
    await eventually(() => expect(countOf(store, 'claimDue')).toBe(1))
    await worker.stop()
    answer()
    await eventually(async () => expect(await inner.claimDue(1, 1)).toHaveLength(1))
    expect(here.errors).toEqual([])
  })
})
