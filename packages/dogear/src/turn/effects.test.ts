// Effects inside a turn: which one a lease is for, who takes one over, and what the machine is told of the end.

import { describe, expect, it } from 'vitest'
import { assign, setup } from 'xstate'
import { z } from 'zod'
import { checkout } from '../flow/checkout.fixture.ts'
import { defineFlow } from '../flow/define.ts'
import { fromEffect } from '../flow/machine.ts'
import type { Command } from './commands.ts'
import { createSession, start } from './session.fixture.ts'
import { takeTurn } from './take-turn.ts'

const none = z.object({})
const lease = 60_000
const engine = { session: 'session-1', nonce: 'bm9uY2U', leaseMs: lease }

function paying(): ReturnType<typeof createSession> {
  const session = createSession(checkout)
  session.event({ type: 'shipping.submitted', name: 'Ada' })
  session.event({ type: 'payment.submitted', token: 't' })
  session.event({ type: 'order.placed' })
  return session
}

/** A command of the engine about the running charge. */
function order(session: ReturnType<typeof createSession>, command: object, now: number = start) {
  const turn = takeTurn(checkout, session.record, { ...command, ...engine } as Command, now)
  session.record = turn.record
  return turn
}

const mine = { id: 'chargeCard', generation: 1, attempt: 1 }

describe('an effect whose lease', () => {
  it('still runs is left to whoever holds it', () => {
    const session = paying()
    expect(session.wake(start + lease - 1)).toMatchObject({ outcome: { kind: 'duplicate' }, after: { effects: [] } })
  })

  it('has run out is taken over, as the next attempt of the same effect, under a lease from then', () => {
    const session = paying()
    const [first] = session.record?.effects ?? []
    const turn = session.wake(start + lease)
    expect(turn.after.effects).toEqual([{ ...first, attempt: 2, leaseUntil: start + 2 * lease }])
    expect(turn.record?.effects).toEqual(turn.after.effects)
    expect(turn.record?.revision).toBe(4)
  })

  it('is renewed counts from the renewal, and nothing starts', () => {
    const session = paying()
    const turn = order(session, { kind: 'lease', holding: mine, until: start + 90_000 }, start + 30_000)
    expect(turn).toMatchObject({ outcome: { kind: 'applied' }, after: { effects: [] } })
    expect(turn.record?.effects).toMatchObject([{ attempt: 1, leaseUntil: start + 90_000 }])
    expect(session.wake(start + 89_999).outcome.kind).toBe('duplicate')
    expect(session.wake(start + 90_000).after.effects).toMatchObject([{ attempt: 2 }])
  })

  it('is given up is taken over at once', () => {
    const session = paying()
    order(session, { kind: 'lease', holding: mine, until: start }, start)
    expect(session.wake(start).after.effects).toMatchObject([{ attempt: 2 }])
  })
})

describe.each([
  ['of another effect', { ...mine, id: 'sendMail' }],
  ['of an earlier entry', { ...mine, generation: 0 }],
  ['of an attempt that was taken over', { ...mine, attempt: 0 }],
])('a lease %s', (_, holding) => {
  it('renews nothing', () => {
    const session = paying()
    const before = session.record
    const turn = order(session, { kind: 'lease', holding, until: start + 90_000 })
    expect(turn.outcome.kind).toBe('duplicate')
    expect(turn.record).toEqual(before)
  })

  it('settles nothing', () => {
    const session = paying()
    const turn = order(session, { kind: 'settle', holding, result: { ok: true, output: 'r' } })
    expect(turn.outcome.kind).toBe('duplicate')
    expect(session.record).toMatchObject({ revision: 3, snapshot: { value: 'paying' } })
  })
})

it('a turn of the engine does not count as activity: the session ends when it would have ended', () => {
  const session = paying()
  const before = session.record?.expiresAt
  session.settle('chargeCard', 1, { ok: true, output: 'r' }, start + 50_000)
  expect(session.record).toMatchObject({ expiresAt: before, updatedAt: start + 50_000 })
  expect(session.record?.devices).toMatchObject([{ seenAt: start }])
})

describe('of two effects at once', () => {
  const machine = setup({
    types: {
      context: {} as { done: unknown[]; failed: unknown[] },
      events: {} as { type: 'go' } | { type: 'stop' } | { type: 'on' },
    },
    actors: { one: fromEffect(async () => 1), two: fromEffect<number, { of: string }>(async () => 2) },
  }).createMachine({
    id: 'm',
    initial: 'idle',
    context: { done: [], failed: [] },
    states: {
      idle: { on: { go: 'both' } },
      both: {
        type: 'parallel',
        on: { stop: 'idle', on: 'both' },
        states: {
          left: {
            invoke: {
              id: 'one',
              src: 'one',
              onDone: { actions: assign({ done: ({ context, event }) => [...context.done, event.output] }) },
              onError: { actions: assign({ failed: ({ context, event }) => [...context.failed, event.error] }) },
            },
          },
          right: {
            invoke: {
              id: 'two',
              src: 'two',
              input: { of: 'right' },
              onError: {},
              onDone: { actions: assign({ done: ({ context, event }) => [...context.done, event.output] }) },
            },
          },
        },
      },
    },
  })
  const flow = defineFlow({ id: 'm', version: 1, machine, events: { go: none, stop: none, on: none } })
  const both = () => {
    const session = createSession(flow)
    session.event({ type: 'go' })
    return session
  }

  it('each has its own id and input, and a result settles only its own', () => {
    const session = both()
    expect(session.record?.effects).toMatchObject([
      { id: 'one', effectId: 'session-1.one.1', src: 'one', attempt: 1, leaseUntil: start + lease },
      { id: 'two', effectId: 'session-1.two.1', src: 'two', input: { of: 'right' }, attempt: 1 },
    ])
    const turn = session.settle('two', 1, { ok: true, output: 2 })
    expect(turn.after.effects).toEqual([])
    expect(turn.record?.snapshot.context).toEqual({ done: [2], failed: [] })
    expect(turn.record?.effects.map(({ id, settled }) => [id, settled])).toEqual([
      ['one', undefined],
      ['two', true],
    ])
  })

  it('only the one that is not done is taken over', () => {
    const session = both()
    session.settle('two', 1, { ok: true, output: 2 })
    const turn = session.wake(start + lease)
    expect(turn.after.effects.map(({ id, attempt }) => [id, attempt])).toEqual([['one', 2]])
  })

  it('a failure reaches the machine as a plain error', () => {
    const session = both()
    session.settle('one', 1, { ok: false, error: new TypeError('no such card') })
    expect(session.record?.snapshot.context).toMatchObject({
      done: [],
      failed: [{ name: 'TypeError', message: 'no such card' }],
    })
  })

  it('both are forgotten when their state is left, and start again with new ids', () => {
    const session = both()
    session.settle('two', 1, { ok: true, output: 2 })
    expect(session.event({ type: 'stop' }).record).toMatchObject({ effects: [], entries: { one: 1, two: 1 } })
    const turn = session.event({ type: 'go' })
    expect(turn.after.effects.map(({ effectId, attempt }) => [effectId, attempt])).toEqual([
      ['session-1.one.2', 1],
      ['session-1.two.2', 1],
    ])
  })
})

it('one that ended with its part of the state is forgotten, and another one goes on', () => {
  const machine = setup({
    types: { events: {} as { type: 'go' } | { type: 'next' } },
    actors: { one: fromEffect(async () => 1), two: fromEffect(async () => 2) },
  }).createMachine({
    id: 'm',
    type: 'parallel',
    states: {
      left: {
        initial: 'idle',
        states: {
          idle: { on: { go: 'busy' } },
          busy: { invoke: { id: 'one', src: 'one', onError: {} }, on: { next: 'over' } },
          over: {},
        },
      },
      right: {
        initial: 'idle',
        states: { idle: { on: { go: 'busy' } }, busy: { invoke: { id: 'two', src: 'two', onError: {} } } },
      },
    },
  })
  const flow = defineFlow({ id: 'm', version: 1, machine, events: { go: none, next: none } })
  for (const settled of [true, false]) {
    const session = createSession(flow)
    session.event({ type: 'go' })
    if (settled) session.settle('one', 1, { ok: true, output: 1 })
    session.event({ type: 'next' })
    expect(session.record?.effects.map(({ id, settled }) => [id, settled])).toEqual([['two', undefined]])
    expect(session.settle('two', 1, { ok: true, output: 2 }).outcome.kind).toBe('applied')
  }
})

it('an effect of a machine that ended is gone: its result is nobody’s business any more', () => {
  const session = paying()
  session.settle('chargeCard', 1, { ok: true, output: 'r' })
  expect(session.record).toMatchObject({ effects: [], snapshot: { status: 'done' } })
  expect(session.wake(start + 9 * lease).outcome.kind).toBe('duplicate')
})
