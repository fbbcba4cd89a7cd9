// How long a session lives: its limits, what it owes, and how long the store keeps it for that.

import { describe, expect, it } from 'vitest'
import { checkout } from '../flow/checkout.fixture.ts'
import type { Flow } from '../flow/define.ts'
import { expiryAfter, isSpent, keptMs, owes } from './lifetime.ts'
import { isExpired, open, viewOf } from './open.ts'
import type { Effect, Timer } from './record.ts'
import { createSession, start } from './session.fixture.ts'

const [hour, day] = [3_600_000, 86_400_000]
const flow = (idleMs: number, absoluteMs = 100 * day): Flow =>
  ({ ...checkout, lifetime: { idleMs, absoluteMs } }) as never
const timer = (dueAt: number, more: Partial<Timer> = {}): Timer => {
  return { id: 't', generation: 1, event: { type: 'go' }, dueAt, ...more }
}
const effect = (more: Partial<Effect> = {}): Effect =>
  ({ id: 'e', effectId: 'e', generation: 1, src: 's', input: null, attempt: 1, leaseUntil: 0, ...more }) as Effect
const nothing = { timers: [], effects: [] }

it('a session owes timers that will go off, and effects that have not ended', () => {
  expect(owes(nothing)).toBe(false)
  expect(owes({ ...nothing, timers: [timer(1)] })).toBe(true)
  expect(owes({ ...nothing, timers: [timer(1, { fired: true }), timer(1, { aside: true })] })).toBe(false)
  expect(owes({ ...nothing, effects: [effect()] })).toBe(true)
  expect(owes({ ...nothing, effects: [effect({ settled: true })] })).toBe(false)
})

it('a session is spent from its expiry on, unless it owes something', () => {
  const record = { expiresAt: 1_000, ...nothing }
  expect([isSpent(record, 999), isSpent(record, 1_000), isSpent(record, 1_001)]).toEqual([false, true, true])
  expect(isSpent({ ...record, effects: [effect()] }, 1_001)).toBe(false)
})

describe('a session that a person used', () => {
  it('ends after the idle time, and never later than the absolute one', () => {
    const record = { createdAt: 0, expiresAt: hour, ...nothing }
    expect(expiryAfter(flow(2 * hour), record, { now: 500, used: true })).toBe(500 + 2 * hour)
    expect(
      expiryAfter(flow(2 * hour, 3 * hour), { ...record, expiresAt: 3 * hour }, { now: 2 * hour, used: true }),
    ).toBe(3 * hour)
  })

  it('goes on until its last timer is due', () => {
    const record = { createdAt: 0, expiresAt: hour, ...nothing, timers: [timer(9 * hour), timer(5 * hour)] }
    expect(expiryAfter(flow(hour), record, { now: 0, used: true })).toBe(9 * hour)
    const fired = { ...record, timers: [timer(9 * hour, { fired: true }), timer(5 * hour)] }
    expect(expiryAfter(flow(hour), fired, { now: 0, used: true })).toBe(5 * hour)
  })
})

describe('a session that nobody used', () => {
  const endOf = (expiresAt: number, now: number, idleMs: number) =>
    expiryAfter(flow(idleMs), { createdAt: 0, expiresAt, ...nothing }, { now, used: false })

  it('ends when it would have', () => {
    expect(endOf(5 * day, day, 2 * day)).toBe(5 * day)
    expect(endOf(5 * day, 5 * day - 1, 2 * day)).toBe(5 * day)
  })

  it('can be seen for a day, or the idle time if that is shorter, where something came after its time', () => {
    expect(endOf(day, day, 2 * day)).toBe(2 * day)
    expect(endOf(day, 4 * day, 2 * day)).toBe(5 * day)
    expect(endOf(day, 4 * day, hour)).toBe(4 * day + hour)
  })
})

it('the store keeps a session until it expires, for a moment at least, and a month longer if it owes something', () => {
  expect(keptMs({ expiresAt: 5_000, ...nothing }, 1_000)).toBe(4_000)
  expect(keptMs({ expiresAt: 5_000, ...nothing }, 9_000)).toBe(1)
  expect(keptMs({ expiresAt: 5_000, ...nothing, effects: [effect()] }, 1_000)).toBe(4_000 + 30 * day)
  expect(keptMs({ expiresAt: 5_000, ...nothing, timers: [timer(1)] }, 9_000)).toBe(1 + 30 * day)
})

describe('a record', () => {
  const session = () => {
    const one = createSession(checkout)
    one.event({ type: 'shipping.submitted', name: 'Ada' })
    return one.record as NonNullable<typeof one.record>
  }

  const paying = () => {
    const one = createSession(checkout)
    one.event({ type: 'shipping.submitted', name: 'Ada' })
    one.event({ type: 'payment.submitted', token: 't' })
    one.event({ type: 'order.placed' })
    return one.record as NonNullable<typeof one.record>
  }

  it('is expired from its expiry on', () => {
    const record = { ...session(), timers: [], expiresAt: start + 5 }
    expect([isExpired(checkout, record, start + 4), isExpired(checkout, record, start + 5)]).toEqual([false, true])
  })

  it('that owes a timer counts as if a worker had seen to it in time', () => {
    const record = { ...session(), expiresAt: start + 5 }
    const dueAt = record.timers[0]?.dueAt ?? 0
    expect(isExpired(checkout, record, dueAt - 1)).toBe(false)
    expect(isExpired(checkout, record, dueAt + day - 1)).toBe(false)
    expect(isExpired(checkout, record, dueAt + day)).toBe(true)
    expect(record.timers).toHaveLength(1)
  })

  it('that owes a result past its time is opened with time to see it, and one that owes nothing as it is', () => {
    const record = { ...paying(), expiresAt: start + 5 }
    const endOf = (stored: typeof record, now: number) => open(checkout, stored, now).record.expiresAt
    expect(endOf(record, start + 4)).toBe(start + 5)
    expect(endOf(record, start + 5)).toBe(start + 5 + day)
    expect(endOf(record, start + 3 * day)).toBe(start + 4 * day)
    expect(endOf({ ...session(), timers: [], expiresAt: start + 5 }, start + 3 * day)).toBe(start + 5)
  })

  it('is shown to a browser that it does not know as to nobody', () => {
    const { record, live } = open(checkout, { ...session(), timers: [] }, start)
    const moved = (secretHash?: string) =>
      viewOf({ flow: checkout as never, record, live }, { secretHash: secretHash as never }).moved
    expect(moved('unknown')).toEqual({ here: null, elsewhere: start, itself: null })
    expect(moved()).toEqual({ here: null, elsewhere: start, itself: null })
    expect(moved(record.devices[0]?.secretHash)).toEqual({ here: start, elsewhere: null, itself: null })
  })

  it('that owes a result goes on for as long as it does', () => {
    const record = { ...paying(), expiresAt: start + 5 }
    expect(isExpired(checkout, record, start + 99 * day)).toBe(false)
  })
})
