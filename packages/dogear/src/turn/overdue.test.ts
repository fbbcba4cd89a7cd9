// Overdue timers go before a person, all of them; one that throws is set aside and keeps nobody from going on.

import { describe, expect, it } from 'vitest'
import { assign, raise, setup } from 'xstate'
import { z } from 'zod'
import { jsonCodec, msgpackCodec } from '../codec/codec.ts'
import { defineFlow } from '../flow/define.ts'
import { createSession, sender, start } from './session.fixture.ts'
import { takeTurn } from './take-turn.ts'
import { dueAt } from './timers.ts'

const none = z.object({})
type Context = { ticks: number; noted: number }
type Event = { type: 'go' | 'note' | 'tick' | 'boom' }

/** Ticks once a second from `go` on; ends after `last` ticks. Throws at the tick `bad`. */
const ticking = (last: number, bad = -1, version = 1) =>
  defineFlow({
    id: 'ticking',
    version,
    machine: setup({
      types: { context: {} as Context, events: {} as Event },
      delays: { second: 1_000 },
      guards: { isLast: ({ context }) => context.ticks >= last },
    }).createMachine({
      id: 'ticking',
      initial: 'idle',
      context: { ticks: 0, noted: 0 },
      states: {
        idle: { on: { go: { target: 'on', actions: raise({ type: 'tick' }, { id: 'clock', delay: 'second' }) } } },
        on: {
          on: {
            tick: {
              actions: [
                assign({
                  ticks: ({ context }) => {
                    if (context.ticks === bad) throw new Error('no more')
                    return context.ticks + 1
                  },
                }),
                raise({ type: 'tick' }, { id: 'clock', delay: 'second' }),
              ],
            },
            note: { actions: assign({ noted: ({ context }) => context.noted + 1 }) },
          },
          always: { guard: 'isLast', target: 'over' },
        },
        over: {},
      },
    }),
    events: { go: none, note: none },
    migrations: version > 1 ? { 1: (old) => old } : {},
  })

describe('overdue timers', () => {
  it.each([999, 1_000, 1_001, 3_600])('go before the event of a person, also if there are %i of them', (ticks) => {
    const session = createSession(ticking(ticks))
    session.event({ type: 'go' })
    const turn = session.event({ type: 'note' }, { now: start + ticks * 1_000 })
    expect(turn.outcome).toMatchObject({ kind: 'rejected', reason: 'not-accepted' })
    expect(session.record?.snapshot).toMatchObject({ value: 'on', context: { noted: 0 } })
    session.wake(start + ticks * 1_000)
    expect(session.record?.snapshot).toMatchObject({ value: 'over', context: { ticks, noted: 0 } })
  })

  it('each go off at their own deadline, in as many turns as it takes', () => {
    const session = createSession(ticking(10_000))
    session.event({ type: 'go' })
    session.event({ type: 'note' }, { now: start + 2_500_500 })
    expect(session.record?.snapshot.context).toEqual({ ticks: 2_500, noted: 1 })
    expect(dueAt(session.record as NonNullable<typeof session.record>)).toBe(start + 2_501_000)
  })
})

const fail = (): never => {
  throw new Error('no more')
}

describe('a timer that throws', () => {
  const broken = () => {
    const session = createSession(ticking(10_000, 3))
    session.event({ type: 'go' })
    return session
  }

  it('is set aside and reported, and the person goes on', () => {
    const session = broken()
    const turn = session.event({ type: 'note' }, { now: start + 10_000 })
    expect(turn.outcome).toEqual({ kind: 'applied' })
    expect(turn.after.failures).toMatchObject([{ code: 'flow_failed', cause: { message: 'no more' } }])
    expect(session.record?.snapshot.context).toEqual({ ticks: 3, noted: 1 })
    expect(session.record?.timers).toMatchObject([{ id: 'clock', aside: true }])
  })

  it.each<[string, (context: { log: unknown[] }) => unknown]>([
    ['throws after it edited the context in place', ({ log }) => log.push('half') && fail()],
    ['makes what cannot be stored', () => new (class Money {})()],
    ['makes more than a session may hold', () => 'x'.repeat(100_000)],
  ])('is set aside too if its assign %s, and leaves nothing of it behind', (_, made) => {
    const machine = setup({
      types: { context: {} as { log: unknown[] }, events: {} as Event },
      delays: { soon: 1_000 },
    }).createMachine({
      id: 'made',
      context: { log: [] },
      initial: 'on',
      states: {
        on: {
          after: { soon: { actions: assign({ log: ({ context }) => [made(context)] }) } },
          on: { note: { actions: assign({ log: ({ context }) => [...context.log, 'noted'] }) } },
        },
      },
    })
    const session = createSession(defineFlow({ id: 'made', version: 1, machine, events: { note: none } }) as never)
    session.event({ type: 'note' })
    const turn = session.event({ type: 'note' }, { now: start + 10_000 })
    expect([turn.outcome, turn.after.failures.length]).toEqual([{ kind: 'applied' }, 1])
    expect(session.record?.snapshot.context).toEqual({ log: ['noted', 'noted'] })
    expect(session.record?.timers).toMatchObject([{ aside: true }])
  })

  it('is not on the agenda any more, and not thrown at again', () => {
    const session = broken()
    expect(session.wake(start + 10_000).after.failures).toHaveLength(1)
    expect(session.record && dueAt(session.record)).toBeUndefined()
    const before = session.record
    expect(session.wake(start + 20_000).changed).toBe(false)
    expect(session.record).toBe(before)
  })

  it('is tried again by a new version of the flow, and makes up for the time', () => {
    const session = broken()
    session.wake(start + 10_000)
    const command = { kind: 'wake' as const, session: 'session-1', mark: 'AAAAAAAA', leaseMs: 1 }
    const { record } = takeTurn(ticking(10_000, -1, 2), session.record, command, start + 10_000)
    expect(record).toMatchObject({ version: 2, snapshot: { context: { ticks: 10 } } })
  })
})

describe('a time', () => {
  const flow = defineFlow({
    id: 'fractions',
    version: 1,
    machine: setup({
      types: { events: {} as Event },
      delays: { third: 1_000 / 3, ages: () => 1e300 },
    }).createMachine({
      id: 'fractions',
      initial: 'a',
      states: { a: { on: { go: 'b' } }, b: { after: { third: 'c', ages: 'c' }, on: { note: 'a' } }, c: {} },
    }),
    events: { go: none, note: none },
    lifetime: { idle: '1.2345678 hours', absolute: 1_000 * 3_600_000.5 },
  })

  it.each([0.25, 0.5, 0.999])('is whole in the record, whatever the clock (%d) and the delays say', (fraction) => {
    const session = createSession(flow)
    session.draft('a', {}, { now: start + fraction })
    session.event({ type: 'go' }, { now: start + fraction })
    const { record } = session
    const times = [
      record?.createdAt,
      record?.updatedAt,
      record?.expiresAt,
      ...(record?.timers ?? []).map((one) => one.dueAt),
    ]
    expect(times.map(Number.isSafeInteger)).toEqual(times.map(() => true))
    for (const codec of [msgpackCodec(), jsonCodec()])
      expect(record && codec.decode(codec.encode(record))).toEqual(record)
  })

  it('of a timer is never before its delay has passed', () => {
    const session = createSession(flow)
    session.event({ type: 'go' })
    expect(session.record?.timers[0]).toMatchObject({ dueAt: start + 334 })
    const turn = takeTurn(
      flow,
      session.record,
      { kind: 'extend', sender, session: 's', mark: 'AAAAAAAA', leaseMs: 1 },
      start,
    )
    expect(turn.record?.snapshot.value).toBe('b')
  })
})
