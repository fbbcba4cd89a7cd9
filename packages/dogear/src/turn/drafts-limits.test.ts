// Drafts at their limits: too large, checked by a schema that fails, typed late or where several steps are active.

import { describe, expect, it } from 'vitest'
import { setup } from 'xstate'
import { z } from 'zod'
import { defineFlow, type Flow } from '../flow/define.ts'
import { createSession, start } from './session.fixture.ts'

const events = { sent: z.object({ a: z.string({ error: 'Enter a value' }) }) }
const machine = setup({ types: { events: {} as { type: 'sent' } } }).createMachine({
  id: 'one',
  initial: 'form',
  states: {
    form: { id: 'form', meta: { step: { path: 'form', title: 'Form' } }, on: { sent: 'end' } },
    end: {},
  },
})
const options = { id: 'form', version: 1, machine, events, maxBytes: 4_000 }
const small = defineFlow(options) as unknown as Flow
const x = (length: number) => 'x'.repeat(length)
const issue = (name: string, message: string) => ({ path: [name], message })
const tooLong = 'This is too long to be kept. Please shorten it.'

/** The part of a whole form that is kept. */
function kept(values: Record<string, unknown>, issues?: { path: string[]; message: string }[]) {
  const session = createSession(small)
  const turn = session.draft('form', values, { whole: true, ...(issues && { issues }) })
  const draft = session.record?.drafts.form
  return { outcome: turn.outcome, values: draft?.values, issues: draft?.issues }
}

describe('a whole form that takes more than half of a session', () => {
  it('is kept without its longest values, as many of them as it takes, and says so of each', () => {
    const values = { a: x(300), b: x(900), c: x(1_400), d: 'short', e: 5 }
    expect(kept(values)).toEqual({
      outcome: { kind: 'applied' },
      values: { a: x(300), b: x(900), d: 'short', e: 5 },
      issues: [issue('c', tooLong)],
    })
    expect(kept({ ...values, a: x(1_450), b: x(1_430) })).toMatchObject({
      values: { c: x(1_400), d: 'short', e: 5 },
      issues: [issue('a', tooLong), issue('b', tooLong)],
    })
  })

  it('keeps what was said of the values that stay, and nothing else of those that do not', () => {
    const said = [issue('b', 'Enter a name'), issue('c', 'Enter a city')]
    expect(kept({ b: x(900), c: x(1_400) }, said).issues).toEqual([issue('b', 'Enter a name'), issue('c', tooLong)])
  })

  it('of one value alone keeps that there was one', () => {
    expect(kept({ a: x(5_000) })).toMatchObject({ values: {}, issues: [issue('a', tooLong)] })
  })

  it('whose names alone are too many is refused', () => {
    const names = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`${index}`.padEnd(60, '-'), '']))
    expect(kept(names)).toEqual({
      outcome: expect.objectContaining({ reason: 'too-large' }),
      values: undefined,
      issues: undefined,
    })
  })

  it('is kept whole up to that half', () => {
    const largest = (fits: (length: number) => boolean) => {
      let length = 1_500
      while (fits(length)) length++
      return length - 1
    }
    const whole = largest((length) => kept({ a: x(length) }).issues?.length === 0)
    const typed = largest((length) => createSession(small).draft('form', { a: x(length) }).outcome.kind === 'applied')
    expect(whole).toBeGreaterThan(1_880)
    expect(typed).toBeGreaterThanOrEqual(whole)
    expect(typed).toBeLessThan(1_960)
  })
})

describe('typing that takes more than half of a session', () => {
  it('is refused, and what was there stays; it may get shorter', () => {
    const session = createSession(small)
    session.draft('form', { a: x(1_500) })
    expect(session.draft('form', { b: x(1_000) }, { now: start + 1 }).outcome).toMatchObject({ reason: 'too-large' })
    expect(session.record?.drafts.form?.values).toEqual({ a: x(1_500) })
    expect(session.draft('form', { a: x(1_400) }, { now: start + 2 }).outcome).toEqual({ kind: 'applied' })
  })
})

it.each([400, 1_200, 2_000])('drafts of a flow that gives them %i bytes take no more, at any step', (maxDraftBytes) => {
  const flow = defineFlow({ ...options, maxDraftBytes }) as unknown as Flow
  const largest = (typed: number) => {
    const session = createSession(flow)
    if (typed > 0) session.draft('form', { b: x(typed) })
    let length = 0
    while (session.draft('form', { a: x(length + 1) }, { now: start + length }).outcome.kind === 'applied') length++
    return length + typed
  }
  for (const typed of [0, 100, 200]) {
    expect(largest(typed)).toBeLessThan(maxDraftBytes)
    expect(largest(typed)).toBeGreaterThan(maxDraftBytes - 120)
  }
})

describe('a schema that fails at a draft', () => {
  const failing = defineFlow({
    ...{ id: 'form', version: 1, machine },
    events: {
      sent: z.object({
        a: z.string().transform(() => {
          throw new Error('broken')
        }),
      }),
    },
  }) as unknown as Flow

  it('costs the person nothing: it is kept with the issues that were said, and the failure is told', () => {
    for (const issues of [undefined, [issue('a', 'Enter a name')]]) {
      const session = createSession(failing)
      const turn = session.draft('form', { a: 'Ada' }, { type: 'sent', ...(issues && { issues }) })
      expect(turn.outcome).toEqual({ kind: 'applied' })
      expect(session.record?.drafts.form).toMatchObject({ values: {}, forms: { sent: { values: { a: 'Ada' } } } })
      expect(JSON.stringify(session.record?.drafts).includes('Enter a name')).toBe(issues !== undefined)
      expect(turn.after.failures).toMatchObject([{ code: 'flow_failed' }])
    }
  })

  it('of a broken kind of the flow itself is no draft', () => {
    const broken = {
      ...failing,
      events: { sent: { '~standard': { version: 1, vendor: 'test', validate: () => null } } },
    } as unknown as Flow
    const session = createSession(broken)
    expect(session.draft('form', { a: 'Ada' }, { type: 'sent' }).after.failures).toMatchObject([
      { code: 'flow_failed' },
    ])
  })
})

it('typing at one of several active steps says that the person is there', () => {
  const step = (path: string) => ({ step: { path, title: path } })
  const flow = defineFlow({
    ...{ id: 'form', version: 1, events: { sent: z.object({}) } },
    machine: setup({ types: { events: {} as { type: 'sent' } } }).createMachine({
      id: 'both',
      type: 'parallel',
      states: {
        left: { initial: 'one', states: { one: { id: 'one', meta: step('one') } } },
        right: {
          initial: 'two',
          states: { two: { id: 'two', meta: step('two') }, three: { id: 'three', meta: step('three') } },
        },
      },
    }),
  }) as unknown as Flow
  const session = createSession(flow)
  session.draft('two', { a: '1' })
  expect(session.record?.at).toBe('two')
  session.draft('one', { a: '1' })
  expect(session.record?.at).toBe('one')
  session.draft('three', { a: '1' })
  expect(session.record?.at).toBe('one')
  const alone = createSession(small)
  alone.draft('form', { a: '1' })
  expect(alone.record).not.toHaveProperty('at')
})

describe('what was typed', () => {
  const typed = defineFlow({
    ...{ id: 'form', version: 1, machine },
    events: { sent: z.object({ a: z.string().min(2, 'Too short'), age: z.number({ error: 'Enter a number' }) }) },
  }) as unknown as Flow
  const draftOf = (session: ReturnType<typeof createSession>) => session.record?.drafts.form

  it('field by field is whole once the whole form was sent, though nothing else has changed', () => {
    const session = createSession(typed)
    session.draft('form', { a: 'Ada' })
    expect(draftOf(session)).not.toHaveProperty('whole')
    expect(session.draft('form', { a: 'Ada' }, { whole: true }).outcome).toEqual({ kind: 'applied' })
    expect(draftOf(session)).toMatchObject({ values: { a: 'Ada' }, whole: true })
    expect(session.draft('form', { a: 'Ada' }, { whole: true }).outcome).toEqual({ kind: 'duplicate' })
  })

  it('is read as a form means it, and is no failure', () => {
    const session = createSession(typed)
    const turn = session.draft('form', { a: 'Ada', age: '5' }, { type: 'sent' })
    expect(turn.after.failures).toEqual([])
    expect(draftOf(session)?.forms?.sent).toMatchObject({ values: { age: '5' }, issues: [] })
    session.draft('form', { age: 'five' }, { type: 'sent', now: start + 1 })
    expect(draftOf(session)?.forms?.sent?.issues).toEqual([issue('age', 'Enter a number')])
    expect(session.draft('form', { b: '1' }).after.failures).toEqual([])
  })

  it('late says nothing of what was typed since, but of the form as a whole', () => {
    const session = createSession(typed)
    session.draft('form', { a: 'new' }, { now: start + 5_000 })
    const form = { path: [], message: 'Fill the form' }
    const issues = [form, issue('a', 'Old'), issue('b', 'Enter a city')]
    session.draft('form', { a: 'old', b: '' }, { now: start + 5_000, ageMs: 1_000, issues })
    expect(draftOf(session)).toMatchObject({ values: { a: 'new', b: '' }, issues: [form, issue('b', 'Enter a city')] })
  })

  it('takes the issues of its fields away, and of no other field', () => {
    const session = createSession(typed)
    const issues = ['a', 'b', 'c'].map((name) => issue(name, 'Enter a value'))
    session.draft('form', { a: '', b: '', c: '' }, { issues })
    session.draft('form', { a: '1', b: '2' }, { now: start + 1 })
    expect(draftOf(session)?.issues).toEqual([issue('c', 'Enter a value')])
  })

  it('may always get shorter, and change without getting longer, though a deploy left it less room', () => {
    const wide = createSession(small)
    wide.draft('form', { a: x(1_500) })
    for (const [value, outcome] of [
      ['y'.repeat(1_501), { kind: 'rejected', reason: 'too-large' }],
      ['y'.repeat(1_500), { kind: 'applied' }],
      ['y'.repeat(1_400), { kind: 'applied' }],
    ] as const) {
      const narrow = createSession({ ...small, maxBytes: 2_000 })
      narrow.record = wide.record
      expect(narrow.draft('form', { a: value }, { now: start + 1 }).outcome).toMatchObject(outcome)
    }
  })
})

it('the times of the fields taken out last are kept, as many as two thousand characters have room for', () => {
  const session = createSession({ ...small, maxBytes: 64_000 })
  const names = Array.from({ length: 30 }, (_, index) => `${index}`.padEnd(92, '-'))
  session.draft('form', { stays: '1' })
  // Out of order, so that it is not the place that counts.
  const order = [...names.slice(15), ...names.slice(0, 15)]
  order.forEach((name, index) => {
    session.draft('form', { [name]: '1' }, { now: start + 2 * index })
    session.draft('form', { [name]: null }, { now: start + 2 * index + 1 })
  })
  const { at = {}, values } = session.record?.drafts.form ?? {}
  expect(values).toEqual({ stays: '1' })
  expect(Object.keys(at).sort()).toEqual(['stays', ...order.slice(-20)].sort())
})
