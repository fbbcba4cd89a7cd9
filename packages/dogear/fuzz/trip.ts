// The flow under attack: nested fields of every kind, a timer, an effect that never ends.

import { assign, setup } from 'xstate'
import { z } from 'zod'
import { defineFlow } from '../src/flow/define.ts'
import { fromEffect } from '../src/flow/machine.ts'

const Travellers = z.object({
  name: z.string().max(200),
  email: z.email(),
  adults: z.number().int().min(0).optional(),
  insured: z.boolean().optional(),
  leaves: z.coerce.date().optional(),
  address: z.object({ street: z.string(), zip: z.string().optional() }).optional(),
  people: z
    .array(z.object({ name: z.string(), age: z.number().optional() }))
    .max(20)
    .optional(),
  extras: z.array(z.string()).optional(),
})
type Travellers = z.infer<typeof Travellers>

type TripEvent =
  | ({ type: 'travellers.given' } & Travellers)
  | { type: 'payment.given'; method: string }
  | { type: 'trip.held' }
  | { type: 'trip.booked' }

const machine = setup({
  types: { context: {} as { travellers: Travellers | null; method: string | null }, events: {} as TripEvent },
  actors: { hold: fromEffect(({ signal }) => new Promise((resolve) => signal.addEventListener('abort', resolve))) },
  delays: { offer: 15 * 60_000 },
  guards: {
    hasTravellers: ({ context }) => context.travellers !== null,
    hasMethod: ({ context }) => context.method !== null,
  },
  actions: {
    keepTravellers: assign({
      travellers: ({ context, event }) => {
        if (event.type !== 'travellers.given') return context.travellers
        const { type: _, ...travellers } = event
        return travellers
      },
    }),
    keepMethod: assign({
      method: ({ context, event }) => (event.type === 'payment.given' ? event.method : context.method),
    }),
  },
}).createMachine({
  id: 'trip',
  context: { travellers: null, method: null },
  initial: 'travellers',
  states: {
    travellers: {
      id: 'travellers',
      meta: { step: { path: 'travellers', title: 'Travellers' } },
      route: {},
      on: { 'travellers.given': { target: 'payment', actions: 'keepTravellers' } },
    },
    payment: {
      id: 'payment',
      meta: { step: { path: 'payment', title: 'Payment' } },
      route: { guard: 'hasTravellers' },
      on: { 'payment.given': { target: 'review', actions: 'keepMethod' } },
    },
    review: {
      id: 'review',
      meta: { step: { path: 'review', title: 'Check your trip' } },
      route: { guard: 'hasMethod' },
      after: { offer: 'expired' },
      on: { 'trip.held': 'holding', 'trip.booked': 'booked' },
    },
    holding: { id: 'holding', invoke: { id: 'hold', src: 'hold', onDone: 'booked', onError: 'expired' } },
    booked: { id: 'booked', meta: { step: { path: 'booked', title: 'Trip booked' } }, type: 'final' },
    expired: { id: 'expired', meta: { step: { path: 'expired', title: 'Offer expired' } }, type: 'final' },
  },
})

const options = {
  version: 1,
  machine,
  events: {
    'travellers.given': Travellers,
    'payment.given': z.object({ method: z.string() }),
    'trip.held': z.object({}),
    'trip.booked': z.object({}),
  },
  lifetime: { absolute: '10 days' },
  returnQuery: ['state'],
} as const

export const trip = defineFlow({ id: 'trip', ...options })
/** The same flow under another id: a cookie of one must open nothing of the other. */
export const voyage = defineFlow({ id: 'voyage', ...options })
