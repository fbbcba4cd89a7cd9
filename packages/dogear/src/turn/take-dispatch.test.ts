// The promises of an event from the server.

import { describe, expect, it } from 'vitest'
import { transfer } from '../flow/transfer.fixture.ts'
import { viewOf } from './open.ts'
import { browser, createSession, offer, sender, start } from './session.fixture.ts'
import type { Turn } from './take-turn.ts'

const order = { type: 'order.placed', name: 'Ada' }
const paid = { type: 'provider.paid', amount: 4200 }
const reason = ({ outcome }: Turn) => (outcome.kind === 'rejected' ? outcome.reason : outcome.kind)
const at = (turn: Turn) => turn.record?.snapshot.value

function ordered() {
  const session = createSession(transfer)
  session.event(order)
  return session
}

describe('an event from the server', () => {
  it('applies to the state as it is, without a position or a step', () => {
    const turn = ordered().dispatch(paid)
    expect([reason(turn), at(turn)]).toEqual(['applied', 'paid'])
    expect(turn.record).toMatchObject({ revision: 2, snapshot: { context: { paid: 4200 } } })
    expect(turn.record?.trail.at(-1)).toMatchObject({ event: 'provider.paid', from: 'paying', to: 'paid', device: '' })
  })

  it('is applied once per operation, however often it is sent, also when others came in between', () => {
    const session = ordered()
    const first = { type: 'provider.refused' }
    session.dispatch(first, { opId: 'evt_1' })
    session.event(order)
    const before = session.record
    const again = session.dispatch(first, { opId: 'evt_1' })
    expect([reason(again), again.record]).toEqual(['duplicate', before])
    expect(reason(session.dispatch(paid, { opId: 'evt_1' }))).toBe('op-reused')
    expect(session.record).toBe(before)
  })

  it('is refused where the state does not take it, and taken later under the same operation', () => {
    const session = createSession(transfer)
    session.event(order)
    session.event({ type: 'order.changed' })
    const before = session.record
    const early = session.dispatch(paid, { opId: 'evt_1' })
    expect([reason(early), early.record]).toEqual(['not-accepted', before])
    session.event(order)
    expect(reason(session.dispatch(paid, { opId: 'evt_1' }))).toBe('applied')
  })

  it('may be one that a person may send', () => {
    expect(at(ordered().dispatch({ type: 'order.changed' }))).toBe('review')
  })

  it('has to be valid, and may hold no card number', () => {
    const session = ordered()
    expect(session.dispatch({ type: 'provider.paid', amount: -1 }).outcome).toEqual({
      kind: 'rejected',
      reason: 'invalid',
      issues: [{ path: ['amount'], message: 'Say an amount' }],
    })
    expect(reason(session.dispatch({ ...paid, memo: '4242 4242 4242 4242' }))).toBe('invalid')
    for (const type of ['xstate.done.actor.ask', 'constructor', '', '*', 'unheard'])
      expect([type, reason(session.dispatch({ type }))]).toEqual([type, 'invalid'])
    expect(at(session.dispatch(paid))).toBe('paid')
  })

  it('is refused if it is no event, or cannot be kept, as one from a browser is', () => {
    const session = ordered()
    const circle: unknown[] = []
    circle.push(circle)
    for (const sent of [null, 'provider.paid', {}, { ...paid, memo: circle }])
      expect(reason(session.dispatch(sent as never))).toBe('invalid')
    expect(at(session.dispatch(paid))).toBe('paid')
  })

  it('begins no session, and leaves one whose time is up as it is', () => {
    expect(reason(createSession(transfer).dispatch(paid))).toBe('expired')
    const session = ordered()
    session.settle('ask', 1, { ok: true, output: 'ref' })
    const { expiresAt = 0 } = session.record ?? {}
    expect(reason(session.dispatch(paid, { now: expiresAt }))).toBe('expired')
    expect(reason(session.dispatch(paid, { now: expiresAt - 1 }))).toBe('applied')
  })

  it('is told to be too late for a flow that is finished', () => {
    const session = ordered()
    session.dispatch(paid)
    expect(reason(session.dispatch({ type: 'provider.refused' }))).toBe('done')
  })

  it('ends the effect of the state it leaves, whose late result changes nothing', () => {
    const session = ordered()
    const turn = session.dispatch(paid)
    expect(turn.record?.effects).toEqual([])
    expect(reason(session.settle('ask', 1, { ok: true, output: 'late' }))).toBe('duplicate')
  })

  it('prolongs the session as an answer does, and adds no device', () => {
    const session = ordered()
    const { devices, expiresAt = 0 } = session.record ?? {}
    const turn = session.dispatch({ type: 'provider.refused' }, { now: start + 60_000 })
    expect(turn.record?.devices).toEqual(devices)
    expect(turn.record?.expiresAt).toBe(expiresAt + 60_000)
  })

  it('does not keep a person from taking a moved session back, as nobody entered anything', () => {
    const session = ordered()
    session.access({ kind: 'issue', handoff: offer('link'), sender })
    session.access({ kind: 'redeem', by: 'link', hash: 'link', device: browser('phone') })
    session.dispatch({ type: 'provider.refused' })
    expect(reason(session.access({ kind: 'take-back', sender, device: browser('desktop') }))).toBe('applied')
  })

  it('shows as the session having moved by itself, and not as one that a page could send', () => {
    const session = ordered()
    const shown = session.event({ type: 'note' }).shown
    expect(shown && viewOf(shown).accepts).toEqual(['order.changed'])
    const turn = session.dispatch(paid, { now: start + 5 })
    expect(turn.shown && viewOf(turn.shown).moved).toMatchObject({ itself: start + 5 })
  })
})

describe('an event that only a server may send', () => {
  it('is refused from a browser exactly as one that the flow does not declare', () => {
    const session = ordered()
    const before = session.record
    const refused = (type: string, fields?: string[]) =>
      session.event({ ...paid, type }, { opId: `op-${type}-0`, ...(fields && { fields }) })
    for (const fields of [undefined, ['amount']])
      expect(refused('provider.paid', fields).outcome).toEqual(refused('unheard', fields).outcome)
    expect(refused('provider.paid').outcome).toMatchObject({ kind: 'rejected', reason: 'invalid' })
    expect(session.record).toBe(before)
    const typed = { step: 'paying', type: 'provider.paid' }
    const issuesOf = (type: string) => {
      const other = ordered()
      other.draft(typed.step, { amount: 'x' }, { type, from: browser('one') })
      return other.record?.drafts
    }
    expect(issuesOf('provider.paid')).toEqual(issuesOf('unheard'))
  })
})
