// An order for tests that is paid by a transfer, of which the provider alone can tell.

import { assign, setup } from 'xstate'
import { z } from 'zod'
import { defineFlow } from './define.ts'
import { fromEffect } from './machine.ts'

type Context = { name: string | null; asked: string | null; paid: number }
type Events =
  | { type: 'order.placed'; name: string }
  | { type: 'order.changed' }
  | { type: 'provider.paid'; amount: number }
  | { type: 'provider.refused' }

export const transfer = defineFlow({
  id: 'checkout',
  version: 1,
  machine: setup({
    types: { context: {} as Context, events: {} as Events },
    actors: { ask: fromEffect<string, undefined>(async ({ session }) => session) },
  }).createMachine({
    id: 'transfer',
    initial: 'review',
    context: { name: null, asked: null, paid: 0 },
    states: {
      review: {
        id: 'review',
        meta: { step: { path: 'review', title: 'Your order' } },
        on: { 'order.placed': { target: 'paying', actions: assign({ name: ({ event }) => event.name }) } },
      },
      paying: {
        id: 'paying',
        meta: { step: { path: 'paying', title: 'Waiting for your transfer' } },
        invoke: {
          id: 'ask',
          src: 'ask',
          onDone: { actions: assign({ asked: ({ event }) => event.output }) },
          onError: 'review',
        },
        on: {
          'order.changed': 'review',
          'provider.paid': {
            target: 'paid',
            actions: assign({ paid: ({ context, event }) => context.paid + event.amount }),
          },
          'provider.refused': 'review',
        },
      },
      paid: { id: 'paid', type: 'final', meta: { step: { path: 'paid', title: 'Thank you' } } },
    },
  }),
  events: { 'order.placed': z.object({ name: z.string().min(1) }), 'order.changed': z.object({}) },
  serverEvents: {
    'provider.paid': z.object({ amount: z.number().int().positive('Say an amount') }),
    'provider.refused': z.object({}),
  },
})
