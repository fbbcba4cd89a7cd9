// A draft belongs to a form: it ends with the form's own event, and nothing else wipes what was typed.

import { describe, expect, it } from 'vitest'
import { setup } from 'xstate'
import { z } from 'zod'
import { defineFlow } from '../flow/define.ts'
import { viewOf } from './open.ts'
import { createSession, start } from './session.fixture.ts'
import type { Turn } from './take-turn.ts'

type Event = { type: 'sent' | 'added' | 'help.opened' | 'help.closed' | 'chat' | 'searched' }
const step = (path: string) => ({ id: path, meta: { step: { path, title: path } } })
const flow = defineFlow({
  id: 'desk',
  version: 1,
  machine: setup({ types: { events: {} as Event } }).createMachine({
    id: 'desk',
    type: 'parallel',
    states: {
      page: {
        initial: 'form',
        states: {
          form: {
            ...step('form'),
            initial: 'idle',
            states: { idle: { on: { 'help.opened': 'helping' } }, helping: { on: { 'help.closed': 'idle' } } },
            on: { sent: 'end', added: { actions: () => {} }, searched: 'found' },
          },
          found: step('found'),
          end: step('end'),
        },
      },
      chat: { initial: 'closed', states: { closed: { on: { chat: 'open' } }, open: { on: { chat: 'closed' } } } },
    },
  }),
  events: {
    sent: z.object({ name: z.string().min(1, 'Enter a name') }),
    added: z.object({ name: z.string() }),
    searched: z.object({}),
    'help.opened': z.object({}),
    'help.closed': z.object({}),
    chat: z.object({}),
  },
})
const typed = { name: 'typed for ten minutes', story: 'long' }
const shown = (turn: Turn) => turn.shown && viewOf(turn.shown).drafts.form

function desk(form?: string) {
  const session = createSession(flow)
  session.draft('form', typed, form === undefined ? {} : { form })
  return session
}

describe('what was typed into a form', () => {
  it.each([
    ['its own form', 'sent'],
    ['no named form', undefined],
  ])('of %s survives events beside it: an inner state, another region, a page in between', (_, form) => {
    const session = desk(form)
    for (const type of ['help.opened', 'chat', 'help.closed', 'searched'])
      expect(shown(session.event({ type }, { step: 'form' }))?.values).toEqual(typed)
  })

  it('ends with its own event, whatever that carries, and only then', () => {
    const session = desk('sent')
    expect(shown(session.event({ type: 'added', name: 'x' }, { step: 'form' }))?.values).toEqual(typed)
    expect(shown(session.event({ type: 'sent', name: 'x' }, { step: 'form' }))).toBeUndefined()
    expect(session.record?.drafts).toEqual({})
  })

  it('in one of several forms of an event ends with that one, and with no other event', () => {
    const session = desk('added#one')
    session.draft('form', { name: 'of row two' }, { form: 'added#two', now: start + 1 })
    const send = (type: string, form?: string) => session.event({ type, name: 'x' }, { step: 'form', form })
    expect(Object.keys(shown(send('added'))?.forms ?? {})).toEqual(['', 'added#one', 'added#two'])
    expect(shown(send('added', 'added#two'))).toMatchObject({ form: 'added#one', values: typed })
    // A form names no other event than the one it sends.
    expect(shown(send('added', 'sent#one'))).toBeUndefined()
  })

  it('is checked as its event, in one of several forms as well', () => {
    const session = createSession(flow)
    const turn = session.draft('form', { story: 'long' }, { form: 'sent#one', type: 'sent' })
    expect(shown(turn)).toMatchObject({ form: 'sent#one', issues: [{ path: ['name'] }] })
  })

  it('in a form of an event that is none stays, for all forms', () => {
    const session = desk('unknown#one')
    expect(shown(session.draft('form', { colour: 'red' }, { now: start + 1 }))).toMatchObject({
      values: { ...typed, colour: 'red' },
    })
  })

  it('has nothing to do with another form of the same step, though a field is called the same', () => {
    const session = desk('sent')
    session.draft('form', { name: 'of the other' }, { form: 'added', now: start + 1 })
    const turn = session.draft('form', { colour: 'red' }, { now: start + 2 })
    expect(shown(turn)).toMatchObject({
      values: { name: 'of the other', story: 'long', colour: 'red' },
      forms: {
        '': { values: { colour: 'red' } },
        sent: { values: { ...typed, colour: 'red' } },
        added: { values: { name: 'of the other', colour: 'red' } },
      },
    })
    session.event({ type: 'added', name: 'of the other' }, { step: 'form' })
    expect(session.record?.drafts.form?.forms).toEqual({
      sent: { values: typed, issues: [], at: { name: start, story: start } },
    })
  })

  it('is named in the view by the form it belongs to', () => {
    const session = createSession(flow)
    expect(shown(session.draft('form', typed, { form: 'sent' }))).toMatchObject({ form: 'sent', values: typed })
    expect(shown(desk().draft('form', { story: 'x' }, { now: start + 1 }))).not.toHaveProperty('form')
  })

  it('is kept for a form that only a page of another version has', () => {
    expect(shown(createSession(flow).draft('form', typed, { form: 'renamed' }))).toEqual({
      values: typed,
      issues: [],
      at: { name: start, story: start },
    })
  })
})

describe('a form that was sent as a whole', () => {
  it('says of every other field that it is empty', () => {
    const session = desk('sent')
    const turn = session.draft('form', { name: '' }, { form: 'sent', whole: true, now: start + 1 })
    expect(shown(turn)).toMatchObject({ form: 'sent', values: { name: '' }, whole: true })
    expect(shown(turn)?.values).not.toHaveProperty('story')
  })

  it('takes nothing out of another form', () => {
    const session = desk('added')
    session.draft('form', { name: '' }, { form: 'sent', whole: true, now: start + 1 })
    expect(session.record?.drafts.form?.forms?.added?.values).toEqual(typed)
  })

  it('hides values of no named form that it does not name, until they are typed again, and only in this form', () => {
    const session = desk()
    const whole = { form: 'sent', whole: true, now: start + 1 }
    const turn = session.draft('form', { name: '' }, whole)
    expect(shown(turn)).toMatchObject({ values: { name: '' }, forms: { '': { values: typed } } })
    expect(shown(turn)?.forms?.sent).toMatchObject({ values: { name: '' }, whole: true })
    expect(shown(turn)?.forms?.sent?.values).not.toHaveProperty('story')
    expect(session.draft('form', { name: '' }, whole).changed).toBe(false)
    const again = session.draft('form', { story: 'again' }, { now: start + 3 })
    expect(shown(again)?.forms?.sent?.values).toEqual({ name: '', story: 'again' })
  })

  it('does not say it again if nothing is new', () => {
    const session = desk('sent')
    session.draft('form', typed, { form: 'sent', whole: true })
    const before = session.record
    expect(session.draft('form', typed, { form: 'sent', whole: true }).changed).toBe(false)
    expect(session.record).toBe(before)
  })
})

describe('values of no named form', () => {
  const event = { type: 'sent', name: 'x' }
  const loose = () => {
    const session = createSession(flow)
    session.draft('form', { line2: 'L2', news: 'on' })
    return session
  }

  it('end with the form that leaves the step, though it emptied and unticked all of them', () => {
    const session = loose()
    session.event(event, { step: 'form', fields: ['name', 'line2'] })
    expect(session.record?.drafts).toEqual({})
    const unnamed = loose()
    unnamed.event(event, { step: 'form', fields: ['name'] })
    expect(unnamed.record?.drafts).toEqual({})
  })

  it('are left by a form that stays at the step, but for the fields it has', () => {
    const session = loose()
    session.event({ type: 'added', name: 'x' }, { step: 'form', fields: ['name', 'line2'] })
    expect(session.record?.drafts.form?.values).toEqual({ news: 'on' })
  })

  it('stay beside a form without fields, and beside an event of no form', () => {
    const session = loose()
    session.event({ type: 'searched' }, { step: 'form', fields: [] })
    session.event(event, { step: 'form' })
    expect(session.record?.drafts.form?.values).toEqual({ line2: 'L2', news: 'on' })
  })
})

it('values of no named form stay while their step does, though another step stands beside it', () => {
  const side = (path: string) => ({ initial: path, states: { [path]: step(path) } })
  const flow = defineFlow({
    ...{ id: 'both', version: 1, events: { noted: z.object({}) } },
    machine: setup({ types: { events: {} as { type: 'noted' } } }).createMachine({
      id: 'both',
      type: 'parallel',
      on: { noted: { actions: () => {} } },
      states: { left: side('one'), right: side('two') },
    }),
  })
  const session = createSession(flow)
  session.draft('two', { line2: 'L2', news: 'on' })
  session.event({ type: 'noted' }, { step: 'two', fields: ['line2'] })
  expect(session.record?.drafts.two?.values).toEqual({ news: 'on' })
})

describe('an emptied field', () => {
  it('is kept as empty, and is no value of the event', () => {
    const session = desk('sent')
    const turn = session.draft('form', { name: '' }, { type: 'sent', now: start + 1 })
    expect(shown(turn)).toMatchObject({ values: { name: '' }, issues: [{ path: ['name'] }] })
    // The message for a missing name, as the event itself would have it.
    expect(shown(turn)?.issues[0]?.message).not.toBe('Enter a name')
  })
})

describe('the room that drafts take', () => {
  const bytes = (session: ReturnType<typeof createSession>) => JSON.stringify(session.record).length

  it('does not grow with fields that come and go', () => {
    const session = desk('sent')
    const names = (round: number) => Array.from({ length: 100 }, (_, index) => `rows[${round}].field${index}`)
    const sizes = Array.from({ length: 40 }, (_, round) => {
      const all = names(round)
      session.draft('form', Object.fromEntries(all.map((name) => [name, 'x'])), {
        form: 'sent',
        now: start + round * 2,
      })
      session.draft('form', Object.fromEntries(all.map((name) => [name, null])), {
        form: 'sent',
        now: start + round * 2 + 1,
      })
      return bytes(session)
    })
    expect((sizes.at(-1) as number) - (sizes[1] as number)).toBeLessThan(200)
    expect(session.record?.drafts.form?.forms?.sent?.values).toEqual(typed)
  })

  it('keeps older values of the fields taken out last from coming back', () => {
    const session = desk('sent')
    session.draft('form', { story: null }, { form: 'sent', now: start + 10 })
    session.draft('form', { story: 'old' }, { form: 'sent', now: start + 20, ageMs: 15 })
    expect(session.record?.drafts.form?.forms?.sent?.values).toEqual({ name: typed.name })
  })

  it('is half of the session at most, in values and in names, so that an event always has the other half', () => {
    const session = desk('sent')
    const long = 'x'.repeat(flow.maxBytes / 2)
    for (const values of [{ story: long }, { [long]: 'x' }, { deep: { list: [long] } }])
      expect(session.draft('form', values, { form: 'sent', now: start + 1 }).outcome).toMatchObject({
        reason: 'too-large',
      })
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`f${index}`, '']))
    expect(session.draft('form', many, { now: start + 1 }).outcome).toMatchObject({ reason: 'too-large' })
    expect(session.draft('form', { story: 'short' }, { form: 'sent', now: start + 2 }).outcome.kind).toBe('applied')
  })
})

describe('fields typed at different times', () => {
  it('each count as old as they are', () => {
    const session = desk('sent')
    session.draft('form', { name: 'newer' }, { form: 'sent', now: start + 50 })
    session.draft(
      'form',
      { name: 'older', story: 'newest' },
      { form: 'sent', now: start + 100, ageMs: { name: 60, story: 0 } },
    )
    expect(session.record?.drafts.form?.forms?.sent).toMatchObject({
      values: { name: 'newer', story: 'newest' },
      at: { name: start + 50, story: start + 100 },
    })
  })
})
