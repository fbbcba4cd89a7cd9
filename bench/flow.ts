// The flow that every contender serves: a form of ten answers, 1.2 kB of context, then one event again and again.

import { defineFlow } from 'dogear'
import { assign, setup } from 'xstate'
import { z } from 'zod'

const names = ['name', 'email', 'phone', 'street', 'city', 'country', 'company', 'role', 'referrer', 'message'] as const
type Answers = Record<(typeof names)[number], string>
type Context = { answers: Answers; visits: number }
type BenchEvent = { type: 'answered'; answers: Answers } | { type: 'visited' }

const words = 'where a person stopped last time the page goes on and nothing that was typed is lost meanwhile '
const emptyAnswers = Object.fromEntries(names.map((name) => [name, ''])) as Answers

/** The answers that begin every session; with them the context takes 1.2 kB as JSON. */
export const answers: Answers = Object.fromEntries(
  names.map((name, index) => [name, `${index} ${words.slice(index)}${words}`.slice(0, 103)]),
) as Answers

export const machine = setup({
  types: { context: {} as Context, events: {} as BenchEvent },
}).createMachine({
  id: 'bench',
  initial: 'form',
  context: { answers: emptyAnswers, visits: 0 },
  states: {
    form: {
      id: 'form',
      meta: { step: { path: 'form', title: 'Form' } },
      on: { answered: { target: 'visits', actions: assign({ answers: ({ event }) => event.answers }) } },
    },
    visits: {
      id: 'visits',
      meta: { step: { path: 'visits', title: 'Visits' } },
      on: { visited: { actions: assign({ visits: ({ context }) => context.visits + 1 }) } },
    },
  },
})

/** The schemas of the events, as anybody needs them who takes events from strangers. */
export const events = {
  answered: z.object({
    answers: z.object(
      Object.fromEntries(names.map((name) => [name, z.string().max(200)])) as Record<keyof Answers, z.ZodString>,
    ),
  }),
  visited: z.object({}),
}

export const flow = defineFlow({ id: 'bench', version: 1, machine, events })
