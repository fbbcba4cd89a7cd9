// The assistant: a name, a document, and a conversation about it. Shared with the browser, so it holds no secrets.

import { defineFlow, type ViewOf } from 'dogear'
import { AssistantContext, AssistantInput } from './context.ts'
import { type AssistantDocument, assistantEvents, assistantServerEvents, type Question } from './events.ts'
import { draftBytes, sessionBytes } from './limits.ts'
import { toCondense } from './memory.ts'
import { machineSetup, noDocument, withError } from './rules.ts'
import { from1To2 } from './since-1.ts'

/** The events of a state with nothing under way. In the others a question may wait, if there is room for it. */
const mayAsk = {
  'question.asked': { target: 'next', actions: 'addQuestion' },
  'question.edited': { guard: 'isAnswered', target: 'next', actions: 'editQuestion' },
  'answer.repeated': { guard: 'isAnswered', target: 'next', actions: 'askAgain' },
} as const

export const assistantMachine = machineSetup.createMachine({
  id: 'assistant',
  context: ({ input: { name } }) => ({ ...noDocument, name, nextQuestion: 1, dropped: null }),
  initial: 'name',
  states: {
    name: {
      id: 'name',
      meta: { step: { path: 'name', title: 'Your name' } },
      always: { guard: 'named', target: 'document' },
      on: { 'name.given': { target: 'document', actions: 'saveName' } },
    },
    document: {
      id: 'document',
      meta: { step: { path: 'document', title: 'Your document' } },
      initial: 'awaited',
      states: {
        awaited: { always: { guard: 'hasDropped', target: 'clearing' } },
        clearing: {
          invoke: {
            id: 'clear',
            src: 'forget',
            input: ({ context: { dropped } }) => ({ document: dropped ?? '', keep: 'nothing' as const }),
            onDone: { target: 'awaited', actions: 'noteRemoved' },
            // The sweep removes it later: until then nobody says that it is gone.
            onError: { target: 'awaited', actions: ['noteRemoved', 'noteKept'] },
          },
        },
      },
      on: {
        'conversation.begun': { actions: 'clearTrouble' },
        'document.given': { target: 'reading', actions: 'saveDocument' },
      },
    },
    reading: {
      id: 'reading',
      meta: { step: { path: 'reading', title: 'Reading your document' } },
      invoke: {
        id: 'extract',
        src: 'extract',
        input: ({ context: { document, dropped } }) => ({ document: document as AssistantDocument, dropped }),
        onDone: { target: 'conversation', actions: { type: 'saveExtract', params: ({ event }) => event.output } },
        onError: { target: 'document', actions: ['dropDocument', withError('noteTrouble')] },
      },
      on: {
        'document.dropped': { target: 'document', actions: 'dropDocument' },
        'document.withdrawn': { target: 'document', actions: ['dropDocument', 'noteWithdrawn'] },
      },
    },
    conversation: {
      id: 'conversation',
      meta: { step: { path: 'conversation', title: 'Conversation' } },
      initial: 'next',
      states: {
        // The one place where it is decided what is done next.
        next: {
          always: [
            { guard: 'tooLong', target: 'condensing' },
            { guard: 'isAsked', target: 'answering' },
            { target: 'idle' },
          ],
        },
        idle: {
          on: mayAsk,
          after: { idleReminder: { guard: 'isAnswered', target: 'resting' } },
        },
        // The page offers to go on. Everything is as in `idle`.
        resting: { tags: 'resting', on: mayAsk },
        answering: {
          tags: 'answering',
          invoke: {
            id: 'answer',
            src: 'answer',
            input: ({ context: { questions, summary, exchanges, document, extract } }) => ({
              question: questions[0] as Question,
              summary,
              exchanges,
              document: document as AssistantDocument,
              title: extract?.title ?? '',
            }),
            onDone: { target: 'next', actions: { type: 'saveAnswer', params: ({ event }) => event.output } },
            onError: [
              {
                guard: { type: 'isOfDocument', params: ({ event }) => ({ error: event.error }) },
                target: '#document',
                actions: ['dropDocument', withError('noteTrouble')],
              },
              { target: 'unanswered', actions: withError('noteTrouble') },
            ],
          },
          on: {
            'answer.stopped': { target: 'next', actions: 'saveStopped' },
            'question.asked': { guard: 'canWait', actions: 'addQuestion' },
          },
        },
        condensing: {
          invoke: {
            id: 'condense',
            src: 'condense',
            input: ({ context: { summary, exchanges, moved, document } }) => ({
              summary,
              exchanges: toCondense(exchanges),
              page: moved.page,
              document: document?.id ?? '',
            }),
            onDone: { target: 'next', actions: { type: 'saveCondensed', params: ({ event }) => event.output } },
            // Nobody waits for it: it is tried again before the next answer.
            onError: [
              { guard: 'isAsked', target: 'unanswered', actions: withError('noteTrouble') },
              { target: 'idle' },
            ],
          },
          on: {
            'question.asked': { guard: 'canWait', actions: 'addQuestion' },
            'history.forgotten': 'forgetting',
          },
        },
        unanswered: {
          on: {
            'question.retried': { target: 'next', actions: 'clearTrouble' },
            // The one without an answer comes first.
            'question.asked': { guard: 'canWait', target: 'next', actions: ['clearTrouble', 'addQuestion'] },
            'question.edited': { target: 'next', actions: ['clearTrouble', 'editQuestion'] },
            'answer.stopped': { target: 'next', actions: ['clearTrouble', 'saveStopped'] },
          },
        },
        forgetting: {
          invoke: {
            id: 'forget',
            src: 'forget',
            input: ({ context: { document } }) => ({ document: document?.id ?? '', keep: 'document' as const }),
            onDone: { target: 'idle', actions: 'forgetHistory' },
            // Nothing is called forgotten that may still be there.
            onError: 'idle',
          },
          // It is on its way already.
          on: { 'history.forgotten': {} },
        },
      },
      on: {
        'history.forgotten': [
          { guard: 'hasHistory', target: '.forgetting' },
          { target: '.idle', actions: 'forgetHistory' },
        ],
        'document.dropped': { target: 'document', actions: 'dropDocument' },
        'document.withdrawn': { target: 'document', actions: ['dropDocument', 'noteWithdrawn'] },
        'conversation.ended': 'ended',
      },
    },
    ended: {
      id: 'ended',
      meta: { step: { path: 'ended', title: 'The conversation has ended' } },
      type: 'final',
    },
  },
})

export const assistant = defineFlow({
  id: 'assistant',
  version: 2,
  machine: assistantMachine,
  input: AssistantInput,
  events: assistantEvents,
  serverEvents: assistantServerEvents,
  context: AssistantContext,
  migrations: { 1: from1To2 },
  maxBytes: sessionBytes,
  maxDraftBytes: draftBytes,
  lifetime: { idle: '30 days', absolute: '90 days', hot: '30 minutes' },
  effects: {
    extract: { attempts: 3, backoff: '1 s', timeout: '2 minutes' },
    // Asked again once, under the same key; then the person is told, and decides.
    answer: { attempts: 2, backoff: '500 ms', timeout: '2 minutes' },
    condense: { attempts: 3, backoff: '1 s', timeout: '1 minute' },
    forget: { attempts: 5, backoff: '1 s', timeout: '30 s' },
  },
})

export type AssistantView = ViewOf<typeof assistant>
