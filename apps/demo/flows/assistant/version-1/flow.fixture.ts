// Version 1 of the assistant, as it was: it kept the last messages whole, and read the document anew for each of them.

import { defineFlow, type Flow, fromEffect } from 'dogear'
import { assign, setup } from 'xstate'
import { z } from 'zod'

const Document = z.object({
  id: z.string().regex(/^[A-Za-z0-9_-]{32}$/),
  name: z.string().min(1).max(120),
  size: z.int().positive(),
  type: z.enum(['application/pdf', 'text/plain']),
})
const Message = z.object({ question: z.string(), answer: z.string().nullable() })
const Context = z.object({
  name: z.string().nullable(),
  document: Document.nullable(),
  messages: z.array(Message),
})
type Context = z.infer<typeof Context>
type Event =
  | { type: 'name.given'; name: string }
  | { type: 'document.given'; document: z.infer<typeof Document> }
  | { type: 'question.asked'; text: string }
  | { type: 'document.dropped' }

const machine = setup({
  types: { context: {} as Context, events: {} as Event },
  actors: {
    answer: fromEffect<string, { document: Context['document']; messages: Context['messages'] }>(async () => {
      throw new Error('answer is provided on the server')
    }),
  },
  actions: {
    saveName: assign(({ event }) => (event.type === 'name.given' ? { name: event.name } : {})),
    saveDocument: assign(({ event }) =>
      event.type === 'document.given' ? { document: event.document, messages: [] } : {},
    ),
    dropDocument: assign({ document: null, messages: [] }),
    // The oldest were forgotten.
    saveQuestion: assign(({ context, event }) =>
      event.type === 'question.asked'
        ? { messages: [...context.messages.slice(-2), { question: event.text, answer: null }] }
        : {},
    ),
    saveAnswer: assign(({ context: { messages } }, answer: string) => ({
      messages: messages.map((message, index) => (index === messages.length - 1 ? { ...message, answer } : message)),
    })),
  },
}).createMachine({
  id: 'assistant',
  context: { name: null, document: null, messages: [] },
  initial: 'name',
  states: {
    name: {
      id: 'name',
      meta: { step: { path: 'name', title: 'Your name' } },
      on: { 'name.given': { target: 'document', actions: 'saveName' } },
    },
    document: {
      id: 'document',
      meta: { step: { path: 'document', title: 'Your document' } },
      on: { 'document.given': { target: 'conversation', actions: 'saveDocument' } },
    },
    conversation: {
      id: 'conversation',
      meta: { step: { path: 'conversation', title: 'Conversation' } },
      initial: 'idle',
      states: {
        idle: { on: { 'question.asked': { target: 'answering', actions: 'saveQuestion' } } },
        answering: {
          invoke: {
            id: 'answer',
            src: 'answer',
            input: ({ context: { document, messages } }) => ({ document, messages }),
            onDone: { target: 'idle', actions: { type: 'saveAnswer', params: ({ event }) => event.output } },
            onError: 'idle',
          },
        },
      },
      on: { 'document.dropped': { target: 'document', actions: 'dropDocument' } },
    },
  },
})

export const assistant1: Flow = defineFlow({
  id: 'assistant',
  version: 1,
  machine,
  events: {
    'name.given': z.object({ name: z.string().min(1).max(60) }),
    'document.given': z.object({ document: Document }),
    'question.asked': z.object({ text: z.string().min(1).max(800) }),
    'document.dropped': z.object({}),
  },
  context: Context,
  maxBytes: 8 * 1024,
  lifetime: { idle: '30 days', absolute: '90 days', hot: '30 minutes' },
  effects: { answer: { attempts: 3, backoff: '500 ms', timeout: '2 minutes' } },
})
