// The conversation as a flow: the last exchanges in the record, older ones condensed by an effect, kept elsewhere.

import { defineFlow, fromEffect } from 'dogear'
import { assign, setup } from 'xstate'
import { z } from 'zod'
import { type Exchange, kept, most, type Source, source } from './turns.ts'

type Context = { source: Source; question: string; summary: string; exchanges: Exchange[]; condensed: number }

/** `first` is the number of the oldest of `exchanges`, from 0 on. */
export type Condensation = { summary: string; exchanges: Exchange[]; first: number }

const onServer = async (): Promise<string> => {
  throw new Error('runs on the server')
}

const machine = setup({
  types: { context: {} as Context, events: {} as { type: 'asked'; question: string } },
  actors: {
    answer: fromEffect<string, { turn: number }>(onServer),
    condense: fromEffect<string, Condensation>(onServer),
  },
  guards: { full: ({ context }) => context.exchanges.length > most },
}).createMachine({
  id: 'conversation',
  initial: 'asking',
  context: { source, question: '', summary: '', exchanges: [], condensed: 0 },
  states: {
    asking: {
      meta: { step: { path: 'ask', title: 'Ask' } },
      on: { asked: { target: 'answering', actions: assign({ question: ({ event }) => event.question }) } },
    },
    answering: {
      invoke: {
        id: 'answer',
        src: 'answer',
        input: ({ context }) => ({ turn: context.condensed + context.exchanges.length }),
        onDone: {
          target: 'answered',
          actions: assign({
            exchanges: ({ context, event }) => [
              ...context.exchanges,
              { question: context.question, answer: event.output },
            ],
            question: '',
          }),
        },
        onError: 'asking',
      },
    },
    answered: { always: [{ guard: 'full', target: 'condensing' }, { target: 'asking' }] },
    condensing: {
      invoke: {
        id: 'condense',
        src: 'condense',
        input: ({ context }) => ({
          summary: context.summary,
          exchanges: context.exchanges.slice(0, -kept),
          first: context.condensed,
        }),
        onDone: {
          target: 'asking',
          actions: assign({
            summary: ({ event }) => event.output,
            condensed: ({ context }) => context.condensed + context.exchanges.length - kept,
            exchanges: ({ context }) => context.exchanges.slice(-kept),
          }),
        },
        onError: 'asking',
      },
    },
  },
})

export const conversation = defineFlow({
  id: 'conversation',
  version: 1,
  machine,
  events: { asked: z.object({ question: z.string().min(1).max(2_000) }) },
  maxBytes: 16 * 1024,
})
