// The bytes of a whole record beside the same record as JSON.

import { expect, it } from 'vitest'
import { assign, setup } from 'xstate'
import { z } from 'zod'
import { defineFlow } from '../flow/define.ts'
import { createSession, start } from '../turn/session.fixture.ts'
import { jsonCodec, msgpackCodec } from './codec.ts'

const names = ['name', 'email', 'phone', 'street', 'city', 'country', 'company', 'role', 'referrer', 'message']
type Answers = Record<string, string>

const flow = defineFlow({
  id: 'answers',
  version: 1,
  machine: setup({
    types: {
      context: {} as { answers: Answers; visits: number },
      events: {} as { type: 'answered'; answers: Answers } | { type: 'visited' },
    },
  }).createMachine({
    id: 'answers',
    initial: 'form',
    context: { answers: {}, visits: 0 },
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
  }),
  events: { answered: z.object({ answers: z.record(z.string(), z.string()) }), visited: z.object({}) },
})

/** The part of its JSON that a record with ten answers of `length` characters takes after so many turns. */
function shareOfJson(length: number, turns: number): number {
  const session = createSession(flow)
  const answers = Object.fromEntries(
    names.map((name) => [name, `${name} `.padEnd(length, 'of a person who fills in ')]),
  )
  for (let turn = 0; turn < turns; turn++) {
    const event = turn === 0 ? { type: 'answered', answers } : { type: 'visited' }
    session.event(event, { opId: crypto.randomUUID(), position: session.position(), now: start + turn * 61_237 })
  }
  if (!session.record) throw new Error('The session has no record.')
  return msgpackCodec().encode(session.record).length / jsonCodec().encode(session.record).length
}

it.each([
  { answers: 'short', length: 12 },
  { answers: 'usual', length: 30 },
  { answers: 'long', length: 103 },
])('ten $answers answers take at most 0.7 of their JSON, from the first turns to the last', ({ length }) => {
  for (const turns of [2, 3, 5, 10, 24, 60]) expect(shareOfJson(length, turns)).toBeLessThanOrEqual(0.7)
})
