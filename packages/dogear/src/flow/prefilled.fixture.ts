// A flow for tests that begins with an input: the product that was chosen, the name from the person's profile.

import { assign, setup } from 'xstate'
import { z } from 'zod'
import { defineFlow } from './define.ts'

const Input = z.object({ product: z.enum(['mug', 'shirt']).default('mug'), name: z.string().nullable() })
type Input = z.infer<typeof Input>

export const prefilledMachine = setup({
  types: { input: {} as Input, context: {} as Input, events: {} as { type: 'named'; name: string } },
}).createMachine({
  id: 'order',
  initial: 'name',
  context: ({ input: { product, name } }) => ({ product, name }),
  states: {
    name: {
      id: 'name',
      meta: { step: { path: 'name', title: 'Your name' } },
      on: { named: { target: 'done', actions: assign({ name: ({ event }) => event.name }) } },
    },
    done: { id: 'done', type: 'final', meta: { step: { path: 'done', title: 'Thank you' } } },
  },
})

export const prefilled = defineFlow({
  id: 'order',
  version: 1,
  machine: prefilledMachine,
  input: Input,
  events: { named: z.object({ name: z.string().min(1) }) },
})
