// How long a session lives: its limits, what it owes, and how long the store keeps it for that.

import { describe, expect, it } from 'vitest'
import { checkout } from '../flow/checkout.fixture.ts'
import type { Flow } from '../flow/define.ts'
import { expiryAfter, isNew, isSpent, keptMs, owes } from './lifetime.ts'
import { isExpired, open, viewOf } from './open.ts'
import type { Effect, Timer } from './record.ts'
import { browser, createSession, sender, start } from './session.fixture.ts'

const [hour, day] = [3_600_000, 86_400_000]
const flow = (idleMs: number, absoluteMs = 100 * day): Flow =>
  ({ ...checkout, lifetime: { firstMs: hour / 4, idleMs, absoluteMs } }) as never
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
  it('ends after the idle time, and never later than the absolute one [M6]', () => {
    const record = { createdAt: 0, expiresAt: hour, ...nothing }
    expect(expiryAfter(flow(2 * hour), record, { now: 500, used: true })).toBe(500 + 2 * hour)
    expect(
      expiryAfter(flow(2 * hour, 3 * hour), { ...record, expiresAt: 3 * hour }, { now: 2 * hour, used: true }),
    ).toBe(3 * hour)
  })

  it('has a quarter of an hour, or the idle time if that is shorter, while it is new [M76]', () => {
    const record = { createdAt: 0, expiresAt: 60_000, ...nothing }
    const endOf = (idleMs: number) => expiryAfter(flow(idleMs), record, { now: 0, used: true, isNew: true })
    expect([endOf(day), endOf(60_000)]).toEqual([hour / 4, 60_000])
  })

  it('goes on until its last timer is due', () => {
    const record = { createdAt: 0, expiresAt: hour, ...nothing, timers: [timer(9 * hour), timer(5 * hour)] }
    expect(expiryAfter(flow(hour), record, { now: 0, used: true })).toBe(9 * hour)
    const fired = { ...record, timers: [timer(9 * hour, { fired: true }), timer(5 * hour)] }
    expect(expiryAfter(flow(hour), fired, { now: 0, used: true })).toBe(5 * hour)
  })
})

describe('a session that has just begun', () => {
  const quarter = hour / 4
  const lives = (session: ReturnType<typeof createSession>) => (session.record?.expiresAt ?? 0) - start
  const note = { type: 'note.added' }
  const { idleMs } = checkout.lifetime

  it('lives a quarter of an hour from its first event or its first field on [M76]', () => {
    const [sent, typed] = [createSession(checkout), createSession(checkout)]
    sent.event(note)
    typed.draft('shipping', { name: 'A' })
    expect([lives(sent), lives(typed)]).toEqual([quarter, quarter])
  })

  it('lives its whole time from the second thing a person does, be it a field or the wish for more time', () => {
    const wishes: ((session: ReturnType<typeof createSession>) => void)[] = [
      (session) => session.event(note),
      (session) => session.draft('shipping', { name: 'A' }),
      (session) => session.access({ kind: 'extend', sender }),
    ]
    for (const wish of wishes) {
      const session = createSession(checkout)
      session.event(note)
      wish(session)
      expect(lives(session)).toBe(idleMs)
    }
  })

  it('loses nothing to somebody who types for twenty minutes, nor to one who then leaves for a day', () => {
    const session = createSession(checkout)
    for (let minutes = 0; minutes <= 20; minutes += 5)
      session.draft('shipping', { name: 'A'.repeat(minutes + 1) }, { now: start + minutes * 60_000 })
    const late = session.event({ type: 'shipping.submitted', name: 'Ada' }, { now: start + day })
    expect(late.outcome.kind).toBe('applied')
  })

  it('is no beginning any more once it has an owner, or has come to an end', () => {
    const mine = createSession(checkout)
    mine.event(note, { from: browser('Desktop', 'ada') })
    expect(lives(mine)).toBe(idleMs)
    expect(isNew({ revision: 0, effects: [], owner: null } as never, 'done')).toBe(false)
    expect(isNew({ revision: 0, effects: [effect()], owner: null } as never, 'active')).toBe(false)
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
