// The promises of one turn, each on its own.

import { describe, expect, it } from 'vitest'
import { assign, setup } from 'xstate'
import { z } from 'zod'
import { checkout } from '../flow/checkout.fixture.ts'
import { defineFlow } from '../flow/define.ts'
import { fromEffect } from '../flow/machine.ts'
import { viewOf } from './open.ts'
import { createSession, start } from './session.fixture.ts'
import type { Turn } from './take-turn.ts'

const ship = { type: 'shipping.submitted', name: 'Ada' }
const pay = { type: 'payment.submitted', token: 'tok_ok' }
const order = { type: 'order.placed' }
const reason = ({ outcome }: Turn) => (outcome.kind === 'rejected' ? outcome.reason : outcome.kind)
const at = (turn: Turn) => turn.record?.snapshot.value

function reviewing() {
  const session = createSession(checkout)
  session.event(ship)
  session.event(pay)
  return session
}

describe('an event', () => {
  it('creates the record at revision 1 and moves it by one revision each time', () => {
    const session = createSession(checkout)
    expect(session.event(ship).record).toMatchObject({
      revision: 1,
      epoch: 0,
      flow: 'checkout',
      version: 1,
      snapshot: { value: 'payment' },
    })
    expect(session.event(pay).record).toMatchObject({
      revision: 2,
      snapshot: { value: 'review', context: { name: 'Ada', token: 'tok_ok' } },
    })
  })

  it('reaches the machine only as its schema returns it', () => {
    const session = createSession(checkout)
    session.event({ type: 'shipping.submitted', name: '  Ada  ', paid: true })
    expect(session.record?.snapshot.context).toEqual({ name: 'Ada', token: null, receipt: null, charges: 0 })
  })

  it('is refused with its issues by path when a value is wrong, and the record stays the same object', () => {
    const session = reviewing()
    const before = session.record
    const turn = session.event(
      { type: 'shipping.submitted', name: '' },
      { step: 'shipping', position: session.position() },
    )
    expect(turn.outcome).toEqual({
      kind: 'rejected',
      reason: 'invalid',
      issues: [{ path: ['name'], message: 'Enter a value' }],
    })
    expect(turn.record).toBe(before)
  })

  it.each([
    'xstate.done.actor.chargeCard',
    'xstate.error.actor.chargeCard',
    'xstate.after.priceHold.checkout',
    'xstate.stop',
    'xstate.init',
    'xstate.route',
    'hold.expired',
    '',
    '*',
    'constructor',
    '__proto__',
  ])('[M49] of the type %j never enters from outside', (type) => {
    const session = reviewing()
    session.event(order)
    const before = session.record
    const turn = session.event({ type, output: 'forged', to: '#confirmed' })
    expect(reason(turn)).toBe('invalid')
    expect(turn.record).toBe(before)
  })

  it('that the current state does not take is not-accepted, also before anything is stored', () => {
    expect(reason(createSession(checkout).event(order))).toBe('not-accepted')
    expect(createSession(checkout).event(order).record).toBeUndefined()
  })

  it('that only runs an action is accepted although the state stays the same', () => {
    const turn = reviewing().event({ type: 'note.added' })
    expect(turn.outcome.kind).toBe('applied')
    expect(turn.after.actions).toMatchObject([{ kind: 'emit', event: { type: 'noted' } }])
  })

  it('after the end is done, after the expiry is expired', () => {
    const session = reviewing()
    session.event(order)
    session.settle('chargeCard', 1, { ok: true, output: 'r' })
    expect(reason(session.event(ship))).toBe('done')
    expect(reason(reviewing().event(order, { now: start + 91 * 86_400_000 }))).toBe('expired')
  })

  it('by someone who has seen a session that does not exist any more is expired', () => {
    expect(reason(createSession(checkout).event(ship, { position: { epoch: 0, revision: 3, mark: 'one3----' } }))).toBe(
      'expired',
    )
  })
})

describe('an operation id', () => {
  it('seen before with the same body is a duplicate that changes nothing', () => {
    const session = createSession(checkout)
    const first = session.event(ship, { opId: 'op-a' })
    const again = session.event({ name: 'Ada', type: 'shipping.submitted' }, { opId: 'op-a' })
    expect(again.outcome.kind).toBe('duplicate')
    expect(again.record).toBe(first.record)
  })

  it('seen before with another body is refused', () => {
    const session = createSession(checkout)
    session.event(ship, { opId: 'op-a' })
    expect(reason(session.event({ ...ship, name: 'Grace' }, { opId: 'op-a' }))).toBe('op-reused')
  })

  it('is remembered for sixteen operations', () => {
    const session = createSession(checkout)
    const seen = { opId: 'op-a', position: session.position() }
    session.event(ship, seen)
    for (let count = 0; count < 15; count++) session.event({ type: 'note.added' })
    expect(session.event(ship, seen).outcome.kind).toBe('duplicate')
    session.event({ type: 'note.added' })
    expect(reason(session.event(ship, seen))).toBe('stale')
  })

  it('of a refused event is free to be used again', () => {
    const session = createSession(checkout)
    session.event({ ...ship, name: '' }, { opId: 'op-a' })
    expect(session.event(ship, { opId: 'op-a' }).outcome.kind).toBe('applied')
  })
})

describe('position and step', () => {
  it('let an event of an earlier step in when the position is current', () => {
    const session = reviewing()
    const turn = session.event({ ...ship, name: 'Grace' }, { step: 'shipping', position: session.position() })
    expect(turn.outcome.kind).toBe('applied')
    expect(turn.record).toMatchObject({
      revision: 3,
      snapshot: { value: 'payment', context: { name: 'Grace', token: 'tok_ok' } },
    })
  })

  it('rebase an older position when the step is still the current one', () => {
    const session = createSession(checkout)
    session.event(ship)
    const seen = session.position()
    session.event({ type: 'note.added' })
    expect(session.event(pay, { step: 'payment', position: seen }).outcome.kind).toBe('applied')
  })

  it('refuse as stale what comes from an earlier step with an older position, and nothing is lost', () => {
    const session = createSession(checkout)
    const seen = session.position()
    session.event(ship, { step: 'shipping', position: seen })
    const before = session.record
    const turn = session.event({ ...ship, name: 'Grace' }, { step: 'shipping', position: seen })
    expect(reason(turn)).toBe('stale')
    expect(turn.record).toBe(before)
    expect(turn.shown && viewOf(turn.shown)).toMatchObject({ step: 'payment', revision: 1 })
  })

  it('without a position mean the current step only', () => {
    expect(reviewing().event(order, { step: 'review' }).outcome.kind).toBe('applied')
    expect(reviewing().event(order).outcome.kind).toBe('applied')
    expect(reason(reviewing().event(ship, { step: 'shipping' }))).toBe('stale')
  })

  it('never lead forward to a step that was not visited, nor to one that is none', () => {
    const session = createSession(checkout)
    session.event(ship)
    expect(reason(session.event(order, { step: 'review', position: session.position() }))).toBe('stale')
    expect(reason(session.event(order, { step: 'nowhere', position: session.position() }))).toBe('stale')
  })

  it('never lead out of a state with an effect under way', () => {
    const session = reviewing()
    session.event(order)
    const before = session.record
    expect(reason(session.event(ship, { step: 'shipping', position: session.position() }))).toBe('stale')
    expect(session.record).toBe(before)
  })
})

describe('effects', () => {
  it('are handed over once, with an id that is stable and derived', () => {
    const session = reviewing()
    const turn = session.event(order)
    expect(turn.after.effects).toEqual([
      {
        id: 'chargeCard',
        effectId: 'session-1.chargeCard.1',
        generation: 1,
        src: 'chargeCard',
        input: { token: 'tok_ok' },
        attempt: 1,
        leaseUntil: start + 60_000,
      },
    ])
    expect(session.event({ type: 'note.added' }).after.effects).toEqual([])
  })

  it('settle once: a late or repeated result is dropped', () => {
    const session = reviewing()
    session.event(order)
    expect(at(session.settle('chargeCard', 1, { ok: false, error: new Error('declined') }))).toBe('declined')
    const before = session.record
    expect(session.settle('chargeCard', 1, { ok: true, output: 'late' }).outcome.kind).toBe('duplicate')
    expect(session.record).toBe(before)
  })

  it('entered again have a new generation and a new id, and the result of the old one is dropped', () => {
    const session = reviewing()
    session.event(order)
    session.settle('chargeCard', 1, { ok: false, error: new Error('declined') })
    session.event({ type: 'payment.retried' })
    session.event(pay)
    expect(session.event(order).after.effects[0]?.effectId).toBe('session-1.chargeCard.2')
    expect(session.settle('chargeCard', 1, { ok: true, output: 'late' }).outcome.kind).toBe('duplicate')
    expect(at(session.settle('chargeCard', 2, { ok: true, output: 'r' }))).toBe('confirmed')
  })

  it('have the same id again after a rollback to the record before', () => {
    const session = reviewing()
    const before = session.record
    const first = session.event(order).after.effects[0]?.effectId
    session.record = before
    expect(session.event(order, { opId: 'another' }).after.effects[0]?.effectId).toBe(first)
  })

  it('that end while their state stays active are not started again', () => {
    const machine = setup({
      types: { context: {} as { done: number }, events: {} as { type: 'go' } | { type: 'again' } },
      actors: { work: fromEffect(async () => 1) },
    }).createMachine({
      id: 'm',
      initial: 'a',
      context: { done: 0 },
      states: {
        a: { on: { go: 'b' } },
        b: {
          invoke: {
            id: 'job',
            src: 'work',
            onDone: { actions: assign({ done: ({ context }) => context.done + 1 }) },
            onError: {},
          },
          on: { again: { target: 'b', reenter: true } },
        },
      },
    })
    const flow = defineFlow({ id: 'm', version: 1, machine, events: { go: z.object({}), again: z.object({}) } })
    const session = createSession(flow)
    session.event({ type: 'go' })
    expect(session.settle('job', 1, { ok: true, output: 1 }).record?.snapshot.context).toEqual({ done: 1 })
    expect(session.settle('job', 1, { ok: true, output: 1 }).outcome.kind).toBe('duplicate')
    expect(session.event({ type: 'again' }).after.effects[0]?.generation).toBe(2)
  })
})

describe('timers', () => {
  it('fire before the event of the person when they are overdue', () => {
    const session = createSession(checkout)
    session.event(ship)
    expect(session.record?.timers).toMatchObject([
      { id: 'priceHold', generation: 1, dueAt: start + 900_000, event: { type: 'hold.expired' } },
    ])
    const turn = session.event(pay, { now: start + 900_000 })
    expect(reason(turn)).toBe('not-accepted')
    expect(turn.shown && viewOf(turn.shown).step).toBe('expired')
    expect(at(session.wake(start + 900_000))).toBe('expired')
  })

  it('never fire early, and waking with nothing due changes nothing', () => {
    const session = createSession(checkout)
    session.event(ship)
    const before = session.record
    expect(session.wake(start + 899_999).outcome.kind).toBe('duplicate')
    expect(session.record).toBe(before)
  })

  it('are gone once cancelled', () => {
    const session = reviewing()
    session.event(order)
    expect(session.record?.timers).toEqual([])
  })

  it('fire one after the other at their own deadlines when everything was down', () => {
    const machine = setup({ delays: { hour: 3_600_000 }, types: { events: {} as { type: 'go' } } }).createMachine({
      id: 'm',
      initial: 'a',
      states: {
        a: { on: { go: 'b' } },
        b: { after: { hour: 'c' } },
        c: { after: { hour: 'd' } },
        d: { after: { hour: 'e' } },
        e: {},
      },
    })
    const session = createSession(defineFlow({ id: 'm', version: 1, machine, events: { go: z.object({}) } }))
    session.event({ type: 'go' })
    const turn = session.wake(start + 2.5 * 3_600_000)
    expect(at(turn)).toBe('d')
    expect(turn.record?.timers).toMatchObject([{ dueAt: start + 3 * 3_600_000 }])
    expect(turn.record?.revision).toBe(2)
  })
})

describe('drafts', () => {
  it('are kept by step, shown with their issues, and cleared by the submission of the step', () => {
    const session = createSession(checkout)
    session.draft('shipping', { name: 'A' })
    expect(session.record).toMatchObject({
      revision: 1,
      drafts: { shipping: { values: { name: 'A' } } },
      snapshot: { value: 'shipping' },
    })
    session.event(ship, { step: 'shipping' })
    expect(session.record?.drafts).toEqual({})
  })

  it('of a step that does not exist are refused', () => {
    expect(reason(createSession(checkout).draft('nowhere', {}))).toBe('invalid')
  })
})
