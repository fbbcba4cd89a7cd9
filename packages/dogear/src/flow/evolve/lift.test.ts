// Pages that were open when a deploy happened: what they send is understood, or refused with nothing lost.

import { describe, expect, test } from 'vitest'
import { setup } from 'xstate'
import { z } from 'zod'
import { validate } from '../../turn/validate.ts'
import { defineFlow, type Flow } from '../define.ts'
import { liftDraft, liftStep } from './lift.ts'

const page = (path: string) => ({ meta: { step: { path, title: path } } })
const machine = setup({
  types: {
    events: {} as
      | { type: 'person.named'; givenName: string; familyName: string }
      | { type: 'sent' }
      | { type: 'xstate.stop' },
  },
}).createMachine({
  id: 'm',
  initial: 'person',
  states: { person: page('person'), review: page('review') },
})

const asIs = { migrate: (old: { value: unknown }) => ({ value: old.value }) }
/** Version 1 had `name.given { name }` at the step `name`; 2 renamed both; 3 split the name. */
const flow = defineFlow({
  id: 'f',
  version: 3,
  machine,
  events: {
    'person.named': z.object({ givenName: z.string().min(1, 'Enter a given name'), familyName: z.string() }),
    sent: z.object({}),
  },
  migrations: {
    1: { ...asIs, steps: { name: 'person' } },
    2: {
      ...asIs,
      draft: ({ step, values: { name, ...rest } }) => {
        if (step !== 'person' || name === undefined) return undefined
        const [givenName, familyName] = name === null ? [null, null] : String(name).split(' ')
        return { values: { ...rest, givenName, familyName } }
      },
    },
  },
  lifts: {
    1: {
      'name.given': (payload) => ({ type: 'person.named', ...payload }),
      'news.wanted': () => undefined,
      'stop.wanted': () => ({ type: 'xstate.stop' }),
    },
    2: {
      'person.named': (payload) => {
        const [givenName, familyName] = payload.name.split(' ')
        return { givenName, familyName }
      },
    },
  },
}) as unknown as Flow
const ada = { type: 'person.named', givenName: 'Ada', familyName: 'Lovelace' }
const tooOld = [{ path: [], message: expect.stringMatching(/before it changed/) }]

describe('an event', () => {
  test('of an older page goes through every version since', () => {
    expect(validate(flow, { type: 'name.given', name: 'Ada Lovelace' }, { version: 1 })).toEqual({
      ok: true,
      event: ada,
    })
    expect(validate(flow, { type: 'person.named', name: 'Ada Lovelace' }, { version: 2 })).toEqual({
      ok: true,
      event: ada,
    })
    expect(validate(flow, { type: 'sent' }, { version: 1 })).toEqual({ ok: true, event: { type: 'sent' } })
  })

  test('of a page that does not say its version is one of today, or else the newest older one it can be', () => {
    expect(validate(flow, ada)).toEqual({ ok: true, event: ada })
    expect(validate(flow, { type: 'person.named', name: 'Ada Lovelace' })).toEqual({ ok: true, event: ada })
    expect(validate(flow, { type: 'name.given', name: 'Ada Lovelace' })).toEqual({ ok: true, event: ada })
    expect(validate(flow, { ...ada, givenName: '' })).toEqual({
      ok: false,
      issues: [{ path: ['givenName'], message: 'Enter a given name' }],
    })
  })

  test('of a page of today is not taken for an older one', () => {
    expect(validate(flow, { type: 'person.named', name: 'Ada Lovelace' }, { version: 3 }).ok).toBe(false)
    expect(validate(flow, { type: 'name.given', name: 'Ada Lovelace' }, { version: 4 }).ok).toBe(false)
  })

  test.each([
    ['is gone for good', { type: 'news.wanted' }, 1],
    ['is not what the lift expects', { type: 'name.given', name: 7 }, 1],
    ['is not what the lift expects, without saying so', { type: 'person.named', name: null }, 2],
  ])('that %s is invalid, and not an error', (_, event, version) => {
    expect(validate(flow, event, { version })).toEqual({ ok: false, issues: tooOld })
  })

  test('is checked after it was lifted, also its type', () => {
    expect(validate(flow, { type: 'stop.wanted' }, { version: 1 })).toEqual({
      ok: false,
      issues: [{ path: ['type'], message: 'This is not an event of the flow.' }],
    })
    expect(validate(flow, { type: 'constructor' }, { version: 1 }).ok).toBe(false)
  })

  test('stays as it came: a lift is given a copy', () => {
    const lifts = { 1: { sent: (payload: { list: string[] }) => ({ list: payload.list.reverse() }) } }
    const event = { type: 'sent', list: ['a', 'b'] }
    expect(validate({ ...flow, version: 2, lifts } as Flow, event, { version: 1 }).ok).toBe(true)
    expect(event.list).toEqual(['a', 'b'])
  })
})

describe('a step', () => {
  test('goes by its id of today', () => {
    expect(liftStep(flow, 'name', 1)).toBe('person')
    expect(liftStep(flow, 'person', 2)).toBe('person')
    expect(liftStep(flow, 'name', 3)).toBe('name')
  })

  test('of a page that does not say its version is looked for if there is none of that id', () => {
    expect(liftStep(flow, 'name', undefined)).toBe('person')
    expect(liftStep(flow, 'review', undefined)).toBe('review')
    expect(liftStep(flow, 'nowhere', undefined)).toBe('nowhere')
  })
})

describe('what was typed at an older page', () => {
  test('is kept in the shape of today, field by field', () => {
    const values = { name: 'Ada Lovelace', phone: '1' }
    expect(liftDraft(flow, { step: 'name', type: 'name.given', values }, 1)).toEqual({
      step: 'person',
      type: 'person.named',
      values: { phone: '1', givenName: 'Ada', familyName: 'Lovelace' },
    })
    expect(liftDraft(flow, { step: 'person', values: { name: null } }, 2)).toEqual({
      step: 'person',
      values: { givenName: null, familyName: null },
    })
    expect(liftDraft(flow, { step: 'name', values: { phone: '1' } }, undefined)).toEqual({
      step: 'person',
      values: { phone: '1' },
    })
  })

  test('of today is kept as it is', () => {
    const draft = { step: 'person', type: 'person.named', values: { name: 'Ada Lovelace' } }
    expect(liftDraft(flow, draft, 3)).toEqual(draft)
    expect(liftDraft(flow, draft, undefined)).toEqual(draft)
  })

  test('is asked about no event if its event is gone', () => {
    expect(liftDraft(flow, { step: 'review', type: 'news.wanted', values: {} }, 1).type).toBeUndefined()
  })
})
