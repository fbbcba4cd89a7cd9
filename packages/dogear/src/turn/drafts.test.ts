// Drafts are kept field by field, the latest typing wins, and a submission ends them.

import { describe, expect, it } from 'vitest'
import { setup } from 'xstate'
import { z } from 'zod'
import { checkout } from '../flow/checkout.fixture.ts'
import { defineFlow } from '../flow/define.ts'
import { viewOf } from './open.ts'
import { browser, createSession, offer, sender, start } from './session.fixture.ts'
import type { Turn } from './take-turn.ts'

const reason = ({ outcome }: Turn) => (outcome.kind === 'rejected' ? outcome.reason : outcome.kind)
const issue = (name: string, message = 'Enter a value') => ({ path: [name], message })

const form = defineFlow({
  id: 'form',
  version: 1,
  machine: setup({ types: { events: {} as { type: 'sent' } | { type: 'kept' } } }).createMachine({
    id: 'form',
    initial: 'form',
    states: {
      form: { meta: { step: { path: 'form', title: 'Form' } }, on: { sent: 'end', kept: { actions: () => {} } } },
      end: { meta: { step: { path: 'end', title: 'End' } } },
    },
  }),
  events: {
    sent: z.object({ name: z.string(), age: z.coerce.number({ error: 'Enter a number' }) }),
    kept: z.object({}),
  },
  secret: ['password', 'cvc'],
})

function typed(...drafts: Parameters<ReturnType<typeof createSession>['draft']>[1][]) {
  const session = createSession(form)
  drafts.forEach((values, index) => void session.draft('form', values, { now: start + index }))
  return session
}
const valuesOf = (session: ReturnType<typeof createSession>) => session.record?.drafts.form?.values

describe('a draft', () => {
  it('begins a session, stays at its step, is shown, and is cleared by the submission of the step', () => {
    const session = createSession(checkout)
    const turn = session.draft('shipping', { name: 'A' })
    expect(session.record).toMatchObject({ revision: 1, snapshot: { value: 'shipping' }, devices: [{ id: 'd1' }] })
    expect(turn.shown && viewOf(turn.shown).drafts).toEqual({
      shipping: { values: { name: 'A' }, issues: [], at: { name: start } },
    })
    session.event({ type: 'shipping.submitted', name: 'Ada' }, { step: 'shipping' })
    expect(session.record?.drafts).toEqual({})
  })

  it('is merged field by field; null takes a field out', () => {
    expect(valuesOf(typed({ name: 'A' }, { age: '3' }, { name: 'Ad' }))).toEqual({ name: 'Ad', age: '3' })
    expect(valuesOf(typed({ name: 'A', age: '3' }, { name: null }))).toEqual({ age: '3' })
  })

  it('is kept at any step of the flow, also one that is not reached yet', () => {
    const session = createSession(checkout)
    session.draft('review', { remark: 'x' })
    expect(session.record?.drafts.review?.values).toEqual({ remark: 'x' })
  })

  it.each([
    { what: 'a clock that stands still', stepMs: 0, name: 'Ad' },
    { what: 'a clock that stepped back a little', stepMs: -1, name: 'Ad' },
    { what: 'a clock that stepped back by as much as two estimates may differ', stepMs: -250, name: 'Ad' },
    { what: 'an age that says it was typed before, and a clock that stepped back', stepMs: -1, ageMs: 9, name: 'A' },
    { what: 'a clock that was wrong by more', stepMs: -251, name: 'A' },
  ])('counts by the time of its turn, with $what: $name', ({ stepMs, ageMs, name }) => {
    const session = typed({ name: 'A' })
    session.draft('form', { name: 'Ad' }, { now: start + stepMs, ...(ageMs && { ageMs }) })
    expect(valuesOf(session)).toEqual({ name })
  })

  it('at a step, or for an event, that the flow does not have is refused', () => {
    expect(createSession(checkout).draft('nowhere', { a: 1 }).outcome).toMatchObject({
      issues: [{ path: ['step'], message: 'This is not a step of the flow.' }],
    })
    for (const type of ['order.placed.twice', 'constructor', ''])
      expect(createSession(checkout).draft('shipping', { a: 1 }, { type }).outcome).toMatchObject({
        reason: 'invalid',
        issues: [{ path: ['type'], message: 'This is not an event of the flow.' }],
      })
  })

  it('that says nothing new writes nothing', () => {
    const session = typed({ name: 'A', address: { lines: ['x', 'y'] } })
    const before = session.record
    expect(reason(session.draft('form', { name: 'A', address: { lines: ['x', 'y'] } }))).toBe('duplicate')
    expect(reason(session.draft('form', {}, { now: start + 9 }))).toBe('duplicate')
    expect(session.record).toBe(before)
  })

  it('of nothing begins no session', () => {
    const session = createSession(form)
    for (const values of [{}, { name: null }, { password: 'x' }])
      expect(reason(session.draft('form', values))).toBe('duplicate')
    expect(session.record).toBeUndefined()
  })

  it('leaves no receipt, so that the submission it becomes may have its operation id', () => {
    const session = createSession(form)
    session.draft('form', { name: 'A' }, { opId: 'op-form' })
    session.draft('form', { name: 'Ada' }, { opId: 'op-form', now: start + 1 })
    expect(session.record?.receipts).toEqual([])
    expect(reason(session.event({ type: 'sent', name: 'Ada', age: '3' }, { opId: 'op-form' }))).toBe('applied')
  })

  it('that comes after the submission it became changes nothing', () => {
    const session = typed({ name: 'A' })
    session.event({ type: 'sent', name: 'Ada', age: '3' }, { opId: 'op-form', step: 'form' })
    const before = session.record
    expect(reason(session.draft('form', { name: 'Ad' }, { opId: 'op-form', now: start + 99 }))).toBe('duplicate')
    expect(session.record).toBe(before)
    expect(before?.drafts).toEqual({})
  })

  it('stays beside an event that leaves the person where they are, but for the fields the event carried', () => {
    const session = typed({ name: 'A', age: 'x', add: 'y' })
    session.draft('form', {}, { issues: [issue('age'), issue('add')] })
    session.event({ type: 'kept' }, { step: 'form' })
    expect(valuesOf(session)).toEqual({ name: 'A', age: 'x', add: 'y' })
    session.event({ type: 'kept', add: 'y' }, { step: 'form' })
    expect(session.record?.drafts.form).toEqual({
      values: { name: 'A', age: 'x' },
      issues: [issue('age')],
      at: { name: start, age: start },
    })
    session.event({ type: 'kept', name: 'A', age: 'x' }, { step: 'form' })
    expect(session.record?.drafts).toEqual({})
  })

  it('is cleared as a whole by the submission that moves on, whatever that carried', () => {
    const session = typed({ name: 'Ad', remark: 'x' })
    session.event({ type: 'sent', name: 'Ada', age: '3' }, { step: 'form' })
    expect(session.record?.drafts).toEqual({})
  })

  it('of any names keeps them as names', () => {
    const session = typed({ constructor: 'a', toString: 'b' }, { hasOwnProperty: 'c' })
    expect(valuesOf(session)).toEqual({ constructor: 'a', toString: 'b', hasOwnProperty: 'c' })
    expect(Object.getPrototypeOf(valuesOf(session))).toBe(Object.prototype)
  })

  it('follows the session to the device it is passed on to', () => {
    const session = typed({ name: 'Ad' })
    session.access({ kind: 'issue', handoff: offer('link'), sender })
    const turn = session.access({ kind: 'redeem', by: 'link', hash: 'link', device: browser('Phone') })
    expect(turn.shown && viewOf(turn.shown).drafts.form?.values).toEqual({ name: 'Ad' })
  })
})

describe('the age of what was typed', () => {
  it('decides, not the order of arrival: an older value never replaces a newer one', () => {
    const session = typed({ name: 'new' })
    session.draft('form', { name: 'old', age: '3' }, { now: start + 100, ageMs: 101 })
    expect(session.record?.drafts.form).toEqual({
      values: { name: 'new', age: '3' },
      issues: [],
      at: { name: start, age: start - 1 },
    })
  })

  it('being the same, the later one to arrive wins', () => {
    const session = typed({ name: 'A' })
    session.draft('form', { name: 'B' })
    session.draft('form', { name: 'A' })
    expect(valuesOf(session)).toEqual({ name: 'A' })
  })

  it('keeps a field out that was taken out later', () => {
    const session = typed({ name: 'A' }, { name: null })
    const before = session.record
    expect(reason(session.draft('form', { name: 'late' }, { now: start + 100, ageMs: 100 }))).toBe('duplicate')
    expect(session.record).toBe(before)
    session.draft('form', { name: 'again' }, { now: start + 100 })
    expect(valuesOf(session)).toEqual({ name: 'again' })
  })

  it('of values kept before ages were known is the oldest', () => {
    const session = typed({ name: 'A' })
    if (session.record) session.record = { ...session.record, drafts: { form: { values: { name: 'A' }, issues: [] } } }
    session.draft('form', { name: 'B' }, { now: start, ageMs: 86_400_000 })
    expect(valuesOf(session)).toEqual({ name: 'B' })
  })

  it.each([Number.NaN, -5, Number.POSITIVE_INFINITY, 0.4])('of %d is taken as a whole time in the past', (ageMs) => {
    const session = createSession(form)
    session.draft('form', { name: 'A' }, { ageMs })
    const at = session.record?.drafts.form?.at?.name ?? -1
    expect([Number.isSafeInteger(at), at >= 0 && at <= start]).toEqual([true, true])
  })
})

describe('what is wrong with a draft', () => {
  it('is kept with it as it was said, and goes field by field as the fields change', () => {
    const session = createSession(form)
    session.draft(
      'form',
      { name: '', age: 'x' },
      { issues: [issue('name'), issue('age'), { path: [], message: 'no' }] },
    )
    expect(session.record?.drafts.form?.issues).toHaveLength(3)
    session.draft('form', { name: 'Ada' }, { now: start + 1 })
    expect(session.record?.drafts.form?.issues).toEqual([issue('age')])
    session.draft('form', { age: null }, { now: start + 2 })
    expect(session.record?.drafts.form?.issues).toEqual([])
  })

  it('stays while a field is sent again as it was', () => {
    const session = createSession(form)
    session.draft('form', { age: 'x' }, { issues: [issue('age')] })
    session.draft('form', { age: 'x' }, { now: start + 1 })
    expect(session.record?.drafts.form?.issues).toEqual([issue('age')])
  })

  it('of a field that was typed anew elsewhere is not taken over', () => {
    const session = typed({ name: 'Ada' })
    session.draft('form', { name: '', age: 'x' }, { now: start + 1, ageMs: 2, issues: [issue('name'), issue('age')] })
    expect(session.record?.drafts.form).toMatchObject({ values: { name: 'Ada', age: 'x' }, issues: [issue('age')] })
  })

  it('is found out by the schema of the event it is to become, all fields together', () => {
    const session = typed({ name: 'Ada' })
    session.draft('form', { age: 'x' }, { now: start + 1, type: 'sent' })
    expect(session.record?.drafts.form?.forms?.sent?.issues).toEqual([issue('age', 'Enter a number')])
    session.draft('form', { age: '3' }, { now: start + 2, type: 'sent' })
    expect(session.record?.drafts.form?.forms?.sent?.issues).toEqual([])
  })

  it('is kept without values too', () => {
    const session = createSession(form)
    session.draft('form', {}, { issues: [issue('name')] })
    expect(session.record?.drafts.form).toEqual({ values: {}, issues: [issue('name')] })
  })
})

describe('a page from before a deploy', () => {
  const states = {
    person: { meta: { step: { path: 'person', title: 'Person' } }, on: { sent: 'end' } },
    end: { meta: { step: { path: 'end', title: 'End' } } },
  }
  const split = (name: unknown) => {
    const [givenName = '', familyName = ''] = String(name).split(' ')
    return { givenName, familyName }
  }
  const evolved = defineFlow({
    id: 'evolved',
    version: 2,
    machine: setup({ types: { events: {} as { type: 'sent' } } }).createMachine({ id: 'm', initial: 'person', states }),
    events: { sent: z.object({ givenName: z.string(), familyName: z.string({ error: 'Enter a value' }).min(1) }) },
    migrations: {
      1: {
        steps: { name: 'person' },
        draft: ({ values: { name, code, cvc } }) => ({
          values: {
            ...(name !== undefined && split(name)),
            ...(code !== undefined && { cvc: code }),
            ...(cvc !== undefined && { remembered: cvc }),
          },
        }),
        migrate: (old) => old,
      },
    },
    lifts: { 1: { sent: ({ name }: { name: string }) => split(name) } },
    secret: ['cvc'],
  })

  it('keeps what was typed in the shape and at the step of today', () => {
    const session = createSession(evolved)
    session.draft('name', { name: 'Ada Lovelace' }, { version: 1 })
    expect(session.record?.drafts).toEqual({
      person: {
        values: { givenName: 'Ada', familyName: 'Lovelace' },
        issues: [],
        at: { givenName: start, familyName: start },
      },
    })
  })

  it('is told what is wrong by the schema of today', () => {
    const session = createSession(evolved)
    session.draft('name', { name: 'Ada' }, { version: 1, type: 'sent' })
    expect(session.record?.drafts.person?.forms?.sent?.issues).toEqual([issue('familyName')])
  })

  it('submits at the step of today, and what was typed there is no draft any more', () => {
    const session = createSession(evolved)
    session.draft('name', { name: 'Ada Lovelace' }, { version: 1 })
    const turn = session.event({ type: 'sent', name: 'Ada Lovelace' }, { version: 1, step: 'name' })
    expect([reason(turn), session.record?.snapshot.value, session.record?.drafts]).toEqual(['applied', 'end', {}])
  })

  it('is taken at its word about what shape it sends', () => {
    const both = { type: 'sent', name: 'Ada', givenName: 'Ada', familyName: 'Lovelace' }
    expect(reason(createSession(evolved).event(both, { version: 1 }))).toBe('invalid')
    expect(reason(createSession(evolved).event(both, { version: 2 }))).toBe('applied')
  })

  it('never keeps what is secret today, whatever it was called', () => {
    const session = createSession(evolved)
    session.draft('name', { name: 'Ada Lovelace', code: '123', cvc: '123' }, { version: 1 })
    expect(Object.keys(session.record?.drafts.person?.values ?? {})).toEqual(['givenName', 'familyName'])
  })

  it('hides no card number by what becomes of it', () => {
    const session = createSession(evolved)
    for (const name of ['4242424242424242 x', 'x 378282246310005'])
      expect(reason(session.draft('name', { name }, { version: 1 }))).toBe('invalid')
    expect(session.record).toBeUndefined()
  })
})
