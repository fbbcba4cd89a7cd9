// The machine of the assistant: every event in every state, and what becomes of what was said.

import { describe, expect, it } from 'vitest'
import { getNextSnapshot, initialTransition } from 'xstate'
import type { AssistantEvent, Exchange, Question } from './events.ts'
import { assistantMachine } from './flow.ts'
import { waitingBytes } from './limits.ts'

type Context = ReturnType<typeof assistantMachine.resolveState>['context']
type Value = string | Record<string, string>

const document = {
  id: 'a'.repeat(32),
  name: 'engine.pdf',
  size: 12_345,
  type: 'application/pdf' as const,
  hash: 'a'.repeat(64),
}
const said = (id: number, answer: string | null = `Answer ${id} [1].`): Exchange => ({
  ...{ id, question: `Question ${id}?`, answer },
  passages: answer === null ? [] : [1],
})
const questionOf = (id: number): Question => ({ id, text: `Question ${id}?` })

const blank: Context = {
  ...{ name: null, document: null, extract: null, exchanges: [], summary: '' },
  ...{ moved: { exchanges: 0, page: null }, questions: [], nextQuestion: 1, trouble: null, dropped: null },
}
const given: Context = { ...blank, name: 'Ada', document }
const talking: Context = {
  ...given,
  extract: { title: 'On engines', pages: 3, passages: 12 },
  exchanges: [said(1), said(2)],
  nextQuestion: 3,
}
const asking: Context = { ...talking, questions: [questionOf(3)], nextQuestion: 4 }
const page = `${document.id}.said-1`
const moved = { exchanges: 5, page }

const states: Record<string, [Value, Context]> = {
  name: ['name', blank],
  document: [{ document: 'awaited' }, { ...blank, name: 'Ada' }],
  clearing: [{ document: 'clearing' }, { ...blank, name: 'Ada', dropped: 'b'.repeat(32) }],
  reading: ['reading', given],
  idle: [{ conversation: 'idle' }, talking],
  'idle at first': [{ conversation: 'idle' }, { ...talking, exchanges: [], nextQuestion: 1 }],
  'idle with history': [{ conversation: 'idle' }, { ...talking, moved }],
  resting: [{ conversation: 'resting' }, talking],
  answering: [{ conversation: 'answering' }, asking],
  condensing: [{ conversation: 'condensing' }, asking],
  unanswered: [{ conversation: 'unanswered' }, { ...asking, trouble: { code: 'over_quota', retryAt: 1 } }],
  forgetting: [{ conversation: 'forgetting' }, { ...talking, moved }],
  ended: ['ended', talking],
}

const events: Record<AssistantEvent['type'], AssistantEvent> = {
  'name.given': { type: 'name.given', name: 'Grace' },
  'conversation.begun': { type: 'conversation.begun' },
  'document.given': { type: 'document.given', document },
  'document.dropped': { type: 'document.dropped' },
  'question.asked': { type: 'question.asked', text: 'And then?' },
  'question.edited': { type: 'question.edited', text: 'And before?' },
  'question.retried': { type: 'question.retried' },
  'answer.repeated': { type: 'answer.repeated' },
  'answer.stopped': { type: 'answer.stopped' },
  'history.forgotten': { type: 'history.forgotten' },
  'conversation.ended': { type: 'conversation.ended' },
  'document.withdrawn': { type: 'document.withdrawn' },
}

/** The state as a word: `document.awaited`. */
const wordOf = (value: Value): string => (typeof value === 'string' ? value : Object.entries(value)[0]?.join('.')) ?? ''

const at = ([value, context]: [Value, Context]) => assistantMachine.resolveState({ value, context } as never)
const after = (state: [Value, Context], event: AssistantEvent | { type: string }) =>
  getNextSnapshot(assistantMachine, at(state), event as AssistantEvent)
const stateOf = (name: string): [Value, Context] => {
  const state = states[name]
  if (!state) throw new Error(`there is no state ${name}`)
  return state
}

const leaves = {
  'document.dropped': 'document.clearing',
  'document.withdrawn': 'document.clearing',
  'conversation.ended': 'ended',
}
const goesOn = {
  ...leaves,
  'question.asked': 'conversation.answering',
  'question.edited': 'conversation.answering',
  'answer.repeated': 'conversation.answering',
  'history.forgotten': 'conversation.idle',
}
const accepted: Record<string, Partial<Record<AssistantEvent['type'], string>>> = {
  name: { 'name.given': 'document.awaited' },
  document: { 'conversation.begun': 'document.awaited', 'document.given': 'reading' },
  clearing: { 'conversation.begun': 'document.clearing', 'document.given': 'reading' },
  reading: { 'document.dropped': 'document.clearing', 'document.withdrawn': 'document.clearing' },
  idle: goesOn,
  'idle at first': { ...leaves, 'question.asked': 'conversation.answering', 'history.forgotten': 'conversation.idle' },
  'idle with history': { ...goesOn, 'history.forgotten': 'conversation.forgetting' },
  resting: goesOn,
  answering: {
    ...leaves,
    'question.asked': 'conversation.answering',
    'answer.stopped': 'conversation.idle',
    'history.forgotten': 'conversation.idle',
  },
  condensing: {
    ...leaves,
    'question.asked': 'conversation.condensing',
    'history.forgotten': 'conversation.forgetting',
  },
  unanswered: {
    ...leaves,
    'question.asked': 'conversation.answering',
    'question.edited': 'conversation.answering',
    'question.retried': 'conversation.answering',
    'answer.stopped': 'conversation.idle',
    'history.forgotten': 'conversation.idle',
  },
  forgetting: leaves,
  ended: {},
}

describe('every event in every state', () => {
  it.each(Object.keys(states))('%s', (name) => {
    const snapshot = at(stateOf(name))
    const found = Object.entries(events).flatMap(([type, event]) =>
      snapshot.can(event) ? [[type, wordOf(after(stateOf(name), event).value as Value)]] : [],
    )
    expect(Object.fromEntries(found)).toEqual(accepted[name])
  })

  it.each(Object.keys(states))('that is refused in %s changes nothing', (name) => {
    const snapshot = at(stateOf(name))
    for (const [type, event] of Object.entries(events)) {
      if (type in (accepted[name] ?? {})) continue
      const next = after(stateOf(name), event)
      expect([type, next.value, next.context]).toEqual([type, snapshot.value, snapshot.context])
    }
  })
})

describe('a person whose name is known', () => {
  it('is not asked for it', () => {
    const [known] = initialTransition(assistantMachine, { name: 'ada@example.org' })
    const [guest] = initialTransition(assistantMachine, { name: null })
    expect([wordOf(known.value as Value), wordOf(guest.value as Value)]).toEqual(['document.awaited', 'name'])
  })
})

describe('a question', () => {
  const ask = (text: string) => ({ type: 'question.asked', text }) as const
  const contextAfter = (name: string, event: AssistantEvent | { type: string }) => after(stateOf(name), event).context

  it('waits while another is answered, in the order in which they came', () => {
    expect(contextAfter('answering', ask('Q4')).questions).toEqual([questionOf(3), { id: 4, text: 'Q4' }])
  })

  it('does not wait if too much waits already, and does not disturb the answer under way', () => {
    const full = { ...asking, questions: [questionOf(3), { id: 4, text: 'x'.repeat(waitingBytes - 100) }] }
    for (const value of ['answering', 'condensing', 'unanswered']) {
      const next = after([{ conversation: value }, full], ask('One more, which is too much?'))
      expect([wordOf(next.value as Value), next.context]).toEqual([`conversation.${value}`, full])
    }
  })

  it('that has no answer is the one that is edited; else the last one with its answer', () => {
    const edited = { type: 'question.edited', text: 'Anew?' } as const
    expect(contextAfter('unanswered', edited)).toMatchObject({
      questions: [{ id: 4, text: 'Anew?' }],
      exchanges: [said(1), said(2)],
      trouble: null,
    })
    expect(contextAfter('idle', edited)).toMatchObject({
      questions: [{ id: 3, text: 'Anew?' }],
      exchanges: [said(1)],
      nextQuestion: 4,
    })
  })

  it('is asked again under a number of its own', () => {
    expect(contextAfter('idle', { type: 'answer.repeated' })).toMatchObject({
      questions: [{ id: 3, text: 'Question 2?' }],
      exchanges: [said(1)],
    })
  })

  it('that is stopped stays, without an answer, and the next one is answered', () => {
    const two = { ...asking, questions: [questionOf(3), questionOf(4)], nextQuestion: 5 }
    const next = after([{ conversation: 'answering' }, two], { type: 'answer.stopped' })
    expect([wordOf(next.value as Value), next.context]).toEqual([
      'conversation.answering',
      { ...two, questions: [questionOf(4)], exchanges: [said(1), said(2), said(3, null)] },
    ])
  })

  it.each([
    ['over_quota:1700000000000', { code: 'over_quota', retryAt: 1_700_000_000_000 }],
    ['broken_off', { code: 'broken_off', retryAt: null }],
    ['nonsense', { code: 'nonsense', retryAt: null }],
    [undefined, { code: 'unavailable', retryAt: null }],
  ])('whose answer fails with %s waits for the person, and keeps what was said', (code, trouble) => {
    const next = after(stateOf('answering'), { type: 'xstate.error.actor.answer', error: { code } } as never)
    expect([wordOf(next.value as Value), next.context]).toEqual(['conversation.unanswered', { ...asking, trouble }])
  })
})

it('a history that could not be removed is not called forgotten', () => {
  const { context } = at(stateOf('forgetting'))
  const failed = after(stateOf('forgetting'), { type: 'xstate.error.actor.forget', error: {} } as never)
  expect([wordOf(failed.value as Value), failed.context]).toEqual(['conversation.idle', context])
  const done = after(stateOf('forgetting'), { type: 'xstate.done.actor.forget', output: null } as never)
  expect(done.context).toMatchObject({ exchanges: [], moved: { exchanges: 0, page: null } })
})

describe('a document', () => {
  it.each(['document_encrypted', 'document_unreadable', 'document_without_text', 'document_too_long', 'document_lost'])(
    'that is refused as %s is asked for again, and cleared away',
    (code) => {
      for (const [name, effect] of [
        ['reading', 'extract'],
        ['answering', 'answer'],
      ] as const) {
        const next = after(stateOf(name), { type: `xstate.error.actor.${effect}`, error: { code } } as never)
        expect([wordOf(next.value as Value), next.context]).toMatchObject([
          'document.clearing',
          { name: 'Ada', document: null, trouble: { code }, dropped: document.id },
        ])
      }
    },
  )

  it('that could not be removed is not called deleted, and another one is asked for', () => {
    const failed = { type: 'xstate.error.actor.clear', error: {} } as never
    const next = after(stateOf('clearing'), failed)
    const kept = { code: 'document_kept', retryAt: null }
    expect([wordOf(next.value as Value), next.context]).toEqual([
      'document.awaited',
      { ...blank, name: 'Ada', dropped: null, trouble: kept },
    ])
    expect(getNextSnapshot(assistantMachine, next, events['document.given']).context.trouble).toBeNull()
    // The reason for which it was given up says more, and says nothing of a deletion.
    const given = after(stateOf('idle with history'), events['document.withdrawn'])
    const withdrawn = getNextSnapshot(assistantMachine, given, failed)
    expect(withdrawn.context.trouble?.code).toBe('document_withdrawn')
    const done = after(stateOf('clearing'), { type: 'xstate.done.actor.clear', output: null } as never)
    expect(done.context.trouble).toBeNull()
  })

  it('that is dropped takes along what was said about it, and is cleared away even if another is given at once', () => {
    const dropped = after(stateOf('idle with history'), events['document.dropped'])
    expect(dropped.context).toEqual({ ...blank, name: 'Ada', nextQuestion: 3, dropped: document.id })
    const next = getNextSnapshot(assistantMachine, dropped, events['document.given'])
    expect([wordOf(next.value as Value), next.context.dropped]).toEqual(['reading', document.id])
    const { hash } = document
    const read = getNextSnapshot(assistantMachine, next, {
      type: 'xstate.done.actor.extract',
      output: { title: 'T', pages: 1, passages: 1, hash },
    } as never)
    expect([wordOf(read.value as Value), read.context.dropped]).toEqual(['conversation.idle', null])
  })
})
