// The assistant: a name, a document, and a conversation about it. Shared with the browser, so it holds no secrets.

import { defineFlow, fromEffect, type ViewOf } from 'dogear'
import { assign, setup } from 'xstate'
import { z } from 'zod'
import {
  AssistantDocument,
  type AssistantEvent,
  assistantEvents,
  assistantServerEvents,
  Exchange,
  isOfDocument,
  Question,
  Trouble,
} from './events.ts'
import { sessionBytes } from './limits.ts'
import { canWait, toCondense } from './memory.ts'
import { from1To2 } from './since-1.ts'
import { troubleOf } from './trouble.ts'

/** The text of a document as it was read, once: `title` of the document itself, or its name. */
const Extract = z.object({ title: z.string().max(120), pages: z.int().positive(), passages: z.int().positive() })

const AssistantContext = z.object({
  name: z.string().nullable().meta({ pii: true }),
  document: AssistantDocument.nullable(),
  extract: Extract.nullable(),
  /** The last exchanges, oldest first. */
  exchanges: z.array(Exchange),
  /** A summary of the exchanges before them; empty at first. */
  summary: z.string(),
  /** The exchanges before them: how many, and the id of the newest page of them, which names the one before it. */
  moved: z.object({ exchanges: z.int(), page: z.string().nullable() }),
  /** The question that is being answered, and those that wait for their turn. */
  questions: z.array(Question),
  /** The number of the next question. */
  nextQuestion: z.int(),
  trouble: Trouble.nullable(),
  /** The id of a document whose files, and what was said about it, are to be removed. */
  dropped: z.string().nullable(),
})
type AssistantContext = z.infer<typeof AssistantContext>

const AssistantInput = z.object({ name: z.string().max(60).nullable() })

export type Extract = z.infer<typeof Extract>
/** `hash` of the document as it was read. */
export type Extracted = Extract & { hash: string }
/** `dropped` is a document that is removed before `document` is read. */
export type ExtractInput = { document: AssistantDocument; dropped: string | null }
export type Answer = { text: string; passages: number[] }
export type AnswerInput = {
  question: Question
  summary: string
  exchanges: Exchange[]
  document: AssistantDocument
  title: string
}
export type Condensed = { summary: string; page: string }
/** `document` is an id: the page of the exchanges lies beside the document. */
export type CondenseInput = { summary: string; exchanges: Exchange[]; page: string | null; document: string }
/** Removes what was said about a document; and the document, unless it is kept. */
export type ForgetInput = { document: string; keep: 'document' | 'nothing' }

/** How long a conversation rests before the page offers to go on. */
export const idleReminderMs = 20 * 60_000

const onServer = (name: string) => async () => {
  throw new Error(`${name} is provided on the server`)
}

const noHistory = { exchanges: [], summary: '', moved: { exchanges: 0, page: null }, questions: [], trouble: null }
const noDocument = { ...noHistory, document: null, extract: null }

const machineSetup = setup({
  types: {
    context: {} as AssistantContext,
    events: {} as AssistantEvent,
    input: {} as z.infer<typeof AssistantInput>,
  },
  actors: {
    extract: fromEffect<Extracted, ExtractInput>(onServer('extract')),
    answer: fromEffect<Answer, AnswerInput>(onServer('answer')),
    condense: fromEffect<Condensed, CondenseInput>(onServer('condense')),
    forget: fromEffect<null, ForgetInput>(onServer('forget')),
  },
  delays: { idleReminder: idleReminderMs },
  guards: {
    named: ({ context }) => context.name !== null,
    canWait: ({ context, event }) => event.type === 'question.asked' && canWait(context.questions, event.text),
    isAsked: ({ context }) => context.questions.length > 0,
    isAnswered: ({ context }) => context.exchanges.length > 0,
    tooLong: ({ context }) => toCondense(context.exchanges).length > 0,
    hasHistory: ({ context }) => context.moved.page !== null,
    hasDropped: ({ context }) => context.dropped !== null,
    isOfDocument: (_, { error }: { error: unknown }) => isOfDocument(troubleOf(error)),
  },
  actions: {
    saveName: assign(({ event }) => (event.type === 'name.given' ? { name: event.name } : {})),
    saveDocument: assign(({ event }) =>
      event.type === 'document.given' ? { ...noDocument, document: event.document } : {},
    ),
    saveExtract: assign(({ context: { document } }, { hash, ...extract }: Extracted) => ({
      document: document && { ...document, hash },
      extract,
      trouble: null,
      dropped: null,
    })),
    dropDocument: assign(({ context: { document } }) => ({ ...noDocument, dropped: document?.id ?? null })),
    noteRemoved: assign({ dropped: null }),
    noteTrouble: assign((_, { error }: { error: unknown }) => ({ trouble: troubleOf(error) })),
    noteWithdrawn: assign({ trouble: { code: 'document_withdrawn', retryAt: null } }),
    clearTrouble: assign({ trouble: null }),
    addQuestion: assign(({ context, event }) =>
      event.type === 'question.asked'
        ? {
            questions: [...context.questions, { id: context.nextQuestion, text: event.text }],
            nextQuestion: context.nextQuestion + 1,
          }
        : {},
    ),
    // A question that has no answer yet is the one that is edited; else the last one that has.
    editQuestion: assign(({ context, event }) => {
      if (event.type !== 'question.edited') return {}
      const question = { id: context.nextQuestion, text: event.text }
      const unanswered = context.questions.length > 0
      return {
        questions: [question, ...context.questions.slice(1)],
        exchanges: unanswered ? context.exchanges : context.exchanges.slice(0, -1),
        nextQuestion: context.nextQuestion + 1,
      }
    }),
    askAgain: assign(({ context: { exchanges, nextQuestion } }) => ({
      questions: [{ id: nextQuestion, text: exchanges.at(-1)?.question ?? '' }],
      exchanges: exchanges.slice(0, -1),
      nextQuestion: nextQuestion + 1,
    })),
    saveAnswer: assign(({ context }, { text, passages }: Answer) => exchanged(context, { answer: text, passages })),
    saveStopped: assign(({ context }) => exchanged(context, { answer: null, passages: [] })),
    saveCondensed: assign(({ context: { exchanges, moved } }, { summary, page }: Condensed) => {
      const count = toCondense(exchanges).length
      return { summary, moved: { exchanges: moved.exchanges + count, page }, exchanges: exchanges.slice(count) }
    }),
    forgetHistory: assign(noHistory),
  },
})

/** The first of the questions with its answer becomes the last exchange. */
function exchanged({ exchanges, questions }: AssistantContext, answered: Pick<Exchange, 'answer' | 'passages'>) {
  const [first, ...waiting] = questions
  if (!first) return {}
  return { exchanges: [...exchanges, { id: first.id, question: first.text, ...answered }], questions: waiting }
}

const withError = (type: 'noteTrouble') => ({
  type,
  params: ({ event }: { event: { error: unknown } }) => ({ error: event.error }),
})

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
            // The sweep removes it later.
            onError: { target: 'awaited', actions: 'noteRemoved' },
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
            onError: { target: 'idle', actions: 'forgetHistory' },
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
  lifetime: { idle: '30 days', absolute: '90 days', hot: '30 minutes' },
  effects: {
    extract: { attempts: 3, backoff: '1 s', timeout: '2 minutes' },
    answer: { attempts: 3, backoff: '500 ms', timeout: '2 minutes' },
    condense: { attempts: 3, backoff: '1 s', timeout: '1 minute' },
    forget: { attempts: 5, backoff: '1 s', timeout: '30 s' },
  },
})

export type AssistantView = ViewOf<typeof assistant>
