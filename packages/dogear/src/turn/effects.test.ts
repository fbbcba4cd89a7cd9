// Effects inside a turn: which one a lease is for, who takes one over, and what the machine is told of the end.

import fc from 'fast-check'
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
const engine = { session: 'session-1', mark: 'bm9uY2U', leaseMs: lease }

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

const mine = { effectId: 'session-1.chargeCard.1', attempt: 1 }

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

  it('is given back is taken over at once, as the next attempt if this one had begun, else as the same', () => {
    for (const begun of [true, false]) {
      const session = paying()
      order(session, { kind: 'give-back', holding: mine, begun })
      const turn = session.wake(start)
      expect(turn.after.effects).toMatchObject([{ attempt: begun ? 2 : 1, leaseUntil: start + lease }])
      expect(turn.record?.effects[0]).not.toHaveProperty('unbegun')
    }
  })

  it('was not to be had is left alone, whatever else there is to do', () => {
    const session = paying()
    const turn = order(session, { kind: 'wake', leased: ['session-1.sendMail.1'] }, start + lease)
    expect(turn).toMatchObject({ outcome: { kind: 'duplicate' }, after: { effects: [] } })
  })
})

describe('the tries of an effect', () => {
  const policy = (attempts: number) => ({ ...checkout, effects: { chargeCard: { attempts } } })
  const down = { ok: false, error: Object.assign(new Error('down'), { code: 'ECONNRESET' }), retryable: true } as const

  it.each([1, 2, 5])('are %i at most, those that failed and those of processes that died together', (attempts) => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 5, maxLength: 8 }), (dies) => {
        const flow = policy(attempts)
        let { record } = paying()
        let now = start
        let [begun, told] = [1, 0]
        for (const died of dies) {
          const [effect] = record?.effects ?? []
          if (!effect) break
          now += lease
          const { effectId, attempt, result = down } = effect
          const command = died
            ? { kind: 'wake', leased: [effect.effectId] }
            : { kind: 'settle', holding: { effectId, attempt }, result }
          const turn = takeTurn(flow, record, { ...command, ...engine } as Command, now)
          record = turn.record
          begun += turn.after.effects.filter((started) => !started.result).length
          told += record?.trail.filter(({ event }) => event.startsWith('xstate.error')).length ?? 0
        }
        expect(begun).toBe(attempts)
        expect(told).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('that fail leave the code of their error, and the last one goes to the machine', () => {
    const session = paying()
    const settle = (attempt: number) => order(session, { kind: 'settle', holding: { ...mine, attempt }, result: down })
    expect(settle(1).after.effects).toMatchObject([{ attempt: 2, failure: 'ECONNRESET', leaseUntil: start + lease }])
    expect(session.record?.snapshot.value).toBe('paying')
    expect(settle(2).record?.snapshot.value).toBe('declined')
  })

  it('end with an unknown outcome if the process of the last one is gone, and the machine is told', () => {
    const session = paying()
    session.wake(start + lease)
    const [last] = session.wake(start + 2 * lease).after.effects
    expect(last).toMatchObject({ attempt: 2, result: { ok: false, error: { code: 'effect_failed' } } })
    const { result } = last ?? {}
    expect(order(session, { kind: 'settle', holding: { ...mine, attempt: 2 }, result }).record?.snapshot.value).toBe(
      'declined',
    )
  })

  it('none of them begins without a lease: a process that stops leaves them to others', () => {
    const session = paying()
    const command = { kind: 'settle', holding: mine, result: down, ...engine, leaseMs: 0 } as Command
    const turn = takeTurn(checkout, session.record, command, start)
    expect(turn.after.effects).toEqual([])
    session.record = turn.record
    expect(session.wake(start).after.effects).toMatchObject([{ attempt: 2 }])
  })
})

it('a result the machine failed to take is offered again, however often, and counts as no attempt', () => {
  const session = paying()
  const result = { ok: true, output: { id: 'ch_1' } } as const
  for (let round = 1; round < 9; round++) {
    order(session, { kind: 'set-aside', holding: mine, result, until: start + round * lease })
    expect(session.wake(start + round * lease - 1).after.effects).toEqual([])
    expect(session.wake(start + round * lease).after.effects).toMatchObject([{ attempt: 1, result }])
  }
  const turn = session.settle('chargeCard', 1, result)
  expect(turn.record).toMatchObject({ effects: [], snapshot: { value: 'confirmed' } })
})

describe.each([
  ['of another effect', { ...mine, effectId: 'session-1.sendMail.1' }],
  ['of an earlier entry', { ...mine, effectId: 'session-1.chargeCard.0' }],
  ['that was taken over', { ...mine, attempt: 0 }],
])('a try %s', (_, holding) => {
  it.each([
    ['gives nothing back', { kind: 'give-back', begun: true }],
    ['sets nothing aside', { kind: 'set-aside', result: { ok: true, output: 'r' }, until: start }],
  ])('%s', (_, command) => {
    const session = paying()
    const before = session.record
    const turn = order(session, { ...command, holding })
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
