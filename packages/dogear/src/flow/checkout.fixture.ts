// A small checkout for tests: three steps, a timer, an effect, an invoice branch.

import { assign, cancel, emit, raise, setup } from 'xstate'
import { z } from 'zod'
import { defineFlow } from './define.ts'
import { fromEffect } from './machine.ts'

type Context = { name: string | null; token: string | null; receipt: string | null; charges: number }
type Events =
  | { type: 'shipping.submitted'; name: string }
  | { type: 'payment.submitted'; token: string }
  | { type: 'order.placed' }
  | { type: 'payment.retried' }
  | { type: 'hold.expired' }
  | { type: 'note.added' }

export const checkoutMachine = setup({
  types: { context: {} as Context, events: {} as Events, emitted: {} as { type: 'noted' } },
  actors: { chargeCard: fromEffect<string, { token: string | null }>(async ({ effectId }) => `receipt:${effectId}`) },
  delays: { priceHold: 900_000 },
  guards: { hasName: ({ context }) => context.name !== null, hasToken: ({ context }) => context.token !== null },
  actions: { hold: raise({ type: 'hold.expired' }, { id: 'priceHold', delay: 'priceHold' }) },
}).createMachine({
  id: 'checkout',
  initial: 'shipping',
  context: { name: null, token: null, receipt: null, charges: 0 },
  on: { 'note.added': { actions: emit({ type: 'noted' }) } },
  states: {
    shipping: {
      id: 'shipping',
      meta: { step: { path: 'shipping', title: 'Delivery' } },
      route: {},
      on: {
        'shipping.submitted': { target: 'payment', actions: [assign({ name: ({ event }) => event.name }), 'hold'] },
        'hold.expired': 'expired',
      },
    },
    payment: {
      id: 'payment',
      meta: { step: { path: 'payment', title: 'Payment' } },
      route: { guard: 'hasName' },
      on: {
        'payment.submitted': { target: 'review', actions: assign({ token: ({ event }) => event.token }) },
        'hold.expired': 'expired',
      },
    },
    review: {
      id: 'review',
      meta: { step: { path: 'review', title: 'Review' } },
      route: { guard: 'hasToken' },
      on: { 'order.placed': { target: 'paying', actions: cancel('priceHold') }, 'hold.expired': 'expired' },
    },
    paying: {
      id: 'paying',
      meta: { step: { path: 'paying', title: 'Confirming' } },
      entry: assign({ charges: ({ context }) => context.charges + 1 }),
      invoke: {
        id: 'chargeCard',
        src: 'chargeCard',
        input: ({ context }) => ({ token: context.token }),
        onDone: { target: 'confirmed', actions: assign({ receipt: ({ event }) => event.output }) },
        onError: 'declined',
      },
    },
    declined: {
      id: 'declined',
      meta: { step: { path: 'declined', title: 'Declined' } },
      on: { 'payment.retried': 'payment' },
    },
    expired: {
      id: 'expired',
      meta: { step: { path: 'expired', title: 'Expired' } },
      on: { 'payment.retried': 'payment' },
    },
    confirmed: { id: 'confirmed', type: 'final', meta: { step: { path: 'confirmed', title: 'Thank you' } } },
  },
})

const text = z.string({ error: 'Enter a value' }).trim().min(1, 'Enter a value').max(200)

export const checkout = defineFlow({
  id: 'checkout',
  version: 1,
  machine: checkoutMachine,
  events: {
    'shipping.submitted': z.object({ name: text }),
    'payment.submitted': z.object({ token: text }),
    'order.placed': z.object({}),
    'payment.retried': z.object({}),
    'note.added': z.object({}),
  },
  view: ({ token, ...open }) => ({ ...open, paid: token !== null }),
  // Longer than any test takes on a busy machine: one whose charge hangs would see it fail in the middle.
  effects: { chargeCard: { attempts: 2, backoff: 1, timeout: '5 minutes' } },
})
