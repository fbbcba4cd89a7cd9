// Timers: which goes off first, which go with their state, and when somebody has to look.

import { describe, expect, it } from 'vitest'
import { cancel, raise, setup } from 'xstate'
import { z } from 'zod'
import { checkout } from '../flow/checkout.fixture.ts'
import { defineFlow } from '../flow/define.ts'
import { createSession, start } from './session.fixture.ts'
import { dueAt, lookAgainAt } from './timers.ts'

const none = z.object({})
type Events = { type: 'go' } | { type: 'stop' } | { type: 'first' } | { type: 'second' } | { type: 'again' }

/** `go` arms two timers for `delays`; whichever comes is where the machine ends. */
function race(delays: { first: number; second: number }): ReturnType<typeof createSession> {
  const machine = setup({ types: { events: {} as Events }, delays }).createMachine({
    id: 'm',
    initial: 'idle',
    states: {
      idle: {
        on: {
          go: {
            target: 'armed',
            actions: [
              raise({ type: 'first' }, { id: 'one', delay: 'first' }),
              raise({ type: 'second' }, { id: 'two', delay: 'second' }),
            ],
          },
        },
      },
      armed: { on: { first: 'first', second: 'second', stop: { actions: cancel('one') } } },
      first: {},
      second: {},
    },
  })
  const session = createSession(defineFlow({ id: 'm', version: 1, machine, events: { go: none, stop: none } }))
  session.event({ type: 'go' })
  return session
}

describe('of two timers that are overdue', () => {
  it.each([
    ['the earlier one goes off first, when it was armed first', { first: 1_000, second: 2_000 }, 'first'],
    ['the earlier one goes off first, when it was armed last', { first: 2_000, second: 1_000 }, 'second'],
    ['the one that was armed first goes off first, when both are due at once', { first: 5, second: 5 }, 'first'],
  ])('%s', (_, delays, expected) => {
    expect(race(delays).wake(start + 10_000).record?.snapshot.value).toBe(expected)
  })

  it('the other one goes off in the same turn, though nobody listens any more', () => {
    const turn = race({ first: 1_000, second: 2_000 }).wake(start + 10_000)
    expect(turn.record?.timers).toEqual([])
    expect(turn.record?.revision).toBe(2)
  })

  it('one that was cancelled does not go off, and leaves the other alone', () => {
    const session = race({ first: 1_000, second: 2_000 })
    expect(session.event({ type: 'stop' }).record?.timers).toMatchObject([{ id: 'two', dueAt: start + 2_000 }])
    expect(session.wake(start + 10_000).record?.snapshot.value).toBe('second')
  })
})

it('a timer armed again under its id counts from then, and only once', () => {
  const machine = setup({ types: { events: {} as Events }, delays: { soon: 1_000 } }).createMachine({
    id: 'm',
    initial: 'idle',
    on: { go: { actions: raise({ type: 'first' }, { id: 'one', delay: 'soon' }) } },
    states: { idle: { on: { first: 'first' } }, first: {} },
  })
  const session = createSession(defineFlow({ id: 'm', version: 1, machine, events: { go: none } }))
  session.event({ type: 'go' })
  session.event({ type: 'go' }, { now: start + 600 })
  expect(session.record?.timers).toMatchObject([{ id: 'one', generation: 2, dueAt: start + 1_600 }])
  expect(session.wake(start + 1_599).outcome.kind).toBe('duplicate')
  expect(session.wake(start + 1_600).record?.snapshot.value).toBe('first')
})

it('timers end with the machine', () => {
  const machine = setup({ types: { events: {} as Events }, delays: { soon: 1_000 } }).createMachine({
    id: 'm',
    initial: 'idle',
    states: {
      idle: { on: { go: { actions: raise({ type: 'first' }, { id: 'one', delay: 'soon' }) }, stop: 'over' } },
      over: { type: 'final' },
    },
  })
  const session = createSession(defineFlow({ id: 'm', version: 1, machine, events: { go: none, stop: none } }))
  session.event({ type: 'go' })
  expect(session.record?.timers).toHaveLength(1)
  expect(session.event({ type: 'stop' }).record).toMatchObject({ timers: [], snapshot: { status: 'done' } })
})

describe('an `after` of a state', () => {
  const machine = setup({ types: { events: {} as Events }, delays: { soon: 1_000 } }).createMachine({
    id: 'm',
    initial: 'idle',
    states: {
      idle: { on: { go: 'waiting' } },
      waiting: {
        after: { soon: { actions: () => {} } },
        on: { again: { target: 'waiting', reenter: true }, stop: 'idle' },
      },
    },
  })
  const waiting = () => {
    const flow = defineFlow({ id: 'm', version: 1, machine, events: { go: none, again: none, stop: none } })
    const session = createSession(flow)
    session.event({ type: 'go' })
    return session
  }

  it('goes off once while its state stays active', () => {
    const session = waiting()
    const turn = session.wake(start + 1_000)
    expect(turn.after.actions).toHaveLength(1)
    expect(session.record?.timers).toMatchObject([{ fired: true, dueAt: start + 1_000 }])
    expect(session.record && dueAt(session.record)).toBeUndefined()
    expect(session.wake(start + 5_000).outcome.kind).toBe('duplicate')
  })

  it('is armed anew when its state is entered again, and gone when it is left', () => {
    const session = waiting()
    session.wake(start + 1_000)
    session.event({ type: 'again' }, { now: start + 2_000 })
    expect(session.record?.timers).toMatchObject([{ dueAt: start + 3_000 }])
    expect(session.record?.timers[0]?.fired).toBeUndefined()
    expect(session.event({ type: 'stop' }, { now: start + 2_500 }).record?.timers).toEqual([])
  })
})

describe('a session must be looked at', () => {
  it('at its next deadline, by whatever comes first: a timer or the end of a lease', () => {
    const session = race({ first: 70_000, second: 50_000 })
    expect(session.record && dueAt(session.record)).toBe(start + 50_000)
    const paying = createSession(checkout)
    paying.event({ type: 'shipping.submitted', name: 'Ada' })
    paying.event({ type: 'payment.submitted', token: 't' })
    expect(paying.record && dueAt(paying.record)).toBe(start + 900_000)
    paying.event({ type: 'order.placed' })
    expect(paying.record && dueAt(paying.record)).toBe(start + 60_000)
  })

  it('for what has still to come alone', () => {
    const timer = (at: number, more: object = {}) => ({
      id: 't',
      generation: 1,
      event: { type: 'x' },
      dueAt: at,
      ...more,
    })
    const effect = (leaseUntil: number, more: object = {}) => ({ id: 'e', leaseUntil, ...more })
    const record = (timers: object[], effects: object[]) => ({ timers, effects }) as never
    const over = { fired: true, aside: true, settled: true }
    expect(dueAt(record([timer(1, over)], [effect(2, over)]))).toBeUndefined()
    expect(dueAt(record([timer(1, over), timer(7)], [effect(2, over), effect(9)]))).toBe(7)
    expect(dueAt(record([timer(9)], [effect(8)]))).toBe(8)
    const look = (timers: object[], effects: object[]) =>
      lookAgainAt(record(timers, effects), { now: 100, leaseMs: 30 })
    expect(look([], [])).toBe(130)
    expect(look([], [effect(0)])).toBe(110)
    expect(look([], [effect(0, over)])).toBe(130)
    expect(look([timer(105)], [effect(0)])).toBe(105)
    expect(look([timer(99), timer(100), timer(105, over)], [])).toBe(130)
    expect(look([timer(140)], [])).toBe(130)
  })

  it('never, when nothing is to come', () => {
    const session = createSession(checkout)
    session.draft('shipping', { name: 'A' })
    expect(session.record && dueAt(session.record)).toBeUndefined()
  })
})

it('a period so short that it is always behind fires a thousand times a turn, and the next turn goes on', () => {
  const machine = setup({ types: { events: {} as Events }, delays: { period: 1 } }).createMachine({
    id: 'm',
    on: {
      go: { actions: raise({ type: 'again' }, { id: 'tick', delay: 'period' }) },
      again: { actions: raise({ type: 'again' }, { id: 'tick', delay: 'period' }) },
    },
  })
  const session = createSession(defineFlow({ id: 'm', version: 1, machine, events: { go: none } }))
  session.event({ type: 'go' })
  expect(session.wake(start + 5_000).record).toMatchObject({ revision: 6, timers: [{ dueAt: start + 5_001 }] })
})

describe('a session in which nothing is to be done yet is looked at again', () => {
  const settings = { now: 1_000, leaseMs: 300 }
  const timer = (dueAt: number, fired?: true) => ({
    id: `t${dueAt}`,
    generation: 1,
    event: { type: 'go' },
    dueAt,
    ...(fired && { fired }),
  })
  const effect = (settled?: true) => ({
    ...{ id: 'e', effectId: 'e', generation: 1, src: 's', input: 0, attempt: 1 },
    leaseUntil: 900,
    ...(settled && { settled }),
  })

  it.each([
    { what: 'after a lease, if it waits for nothing', timers: [], effects: [], at: 1_300 },
    { what: 'at its next deadline', timers: [timer(1_250), timer(1_200)], effects: [], at: 1_200 },
    {
      what: 'no sooner for a timer that is over, or that could not fire',
      timers: [timer(1_100, true), timer(900)],
      effects: [],
      at: 1_300,
    },
    {
      what: 'after a third of a lease, while an effect is under way',
      timers: [timer(1_250)],
      effects: [effect()],
      at: 1_100,
    },
    { what: 'no sooner for an effect that has ended', timers: [], effects: [effect(true)], at: 1_300 },
  ])('$what', ({ timers, effects, at }) => {
    expect(lookAgainAt({ timers, effects }, settings)).toBe(at)
  })
})
