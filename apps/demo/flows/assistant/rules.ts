// The rules of a conversation by name, for its machine: effects, guards, actions, delays.

import { fromEffect } from 'dogear'
import { assign, setup } from 'xstate'
import type {
  Answer,
  AnswerInput,
  AssistantContext,
  AssistantInput,
  Condensed,
  CondenseInput,
  Extracted,
  ExtractInput,
  ForgetInput,
} from './context.ts'
import { type AssistantEvent, type Exchange, isOfDocument } from './events.ts'
import { canWait, toCondense } from './memory.ts'
import { troubleOf } from './trouble.ts'

/** How long a conversation rests before the page offers to go on. */
export const idleReminderMs = 20 * 60_000

const onServer = (name: string) => async () => {
  throw new Error(`${name} is provided on the server`)
}

const noHistory = { exchanges: [], summary: '', moved: { exchanges: 0, page: null }, questions: [], trouble: null }
/** A context without a document, and so without all that was said about one. */
export const noDocument = { ...noHistory, document: null, extract: null }

export const machineSetup = setup({
  types: {
    context: {} as AssistantContext,
    events: {} as AssistantEvent,
    input: {} as AssistantInput,
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
    // No other trouble says that a document is deleted.
    noteKept: assign(({ context: { trouble } }) => ({ trouble: trouble ?? { code: 'document_kept', retryAt: null } })),
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

export const withError = (type: 'noteTrouble') => ({
  type,
  params: ({ event }: { event: { error: unknown } }) => ({ error: event.error }),
})
