// Version 1 of the checkout, as it was deployed: delivery, payment, review and charge.

import { defineFlow, fromEffect, type ViewOf } from 'dogear'
import { and, assign, cancel, setup } from 'xstate'
import { z } from 'zod'
import { toOrderReference } from '../order-reference.ts'
import { Cart, demoCart } from './cart.ts'
import { checkoutEvents, Payment, Shipping } from './events.ts'

const CheckoutContext = z.object({
  cart: Cart,
  shipping: Shipping.nullable(),
  payment: Payment.nullable(),
  /** True while the price hold runs; only then may a person go back and forth. */
  priceHeld: z.boolean(),
  declined: z.enum(['card_declined', 'no_answer']).nullable(),
  reference: z.string().nullable(),
})
type CheckoutContext = z.infer<typeof CheckoutContext>

type CheckoutEvent =
  | ({ type: 'shipping.submitted' } & Shipping)
  | ({ type: 'payment.submitted' } & Payment)
  | { type: 'order.placed' }
  | { type: 'payment.retried' }
  | { type: 'cart.restarted' }
  | { type: 'hold.extended' }
  | { type: 'priceHold.expired' }

/** The input of a charge. The amount is read from the order on the server. */
export type ChargeInput = { amount: number; currency: string; token: string }
export type Charge = { chargeId: string }

/** How long prices are held, unless a demonstration shortens it. */
export const usualHoldMs = 15 * 60_000

const machineSetup = setup({
  types: { context: {} as CheckoutContext, events: {} as CheckoutEvent },
  actors: {
    chargeCard: fromEffect<Charge, ChargeInput>(async () => {
      throw new Error('chargeCard is provided on the server')
    }),
  },
  delays: { priceHold: usualHoldMs },
  guards: {
    priceHeld: ({ context }) => context.priceHeld,
    shippingGiven: ({ context }) => context.shipping !== null,
    paymentGiven: ({ context }) => context.payment !== null,
    paysByInvoice: ({ context }) => context.payment?.method === 'invoice',
    // Coming from a Change link: the answer after this one is there already, so go straight back to the last look.
    answeredAlready: ({ context, event }) => event.type === 'shipping.submitted' && context.payment !== null,
  },
  actions: {
    saveShipping: assign({
      shipping: ({ context, event }) => (event.type === 'shipping.submitted' ? withoutType(event) : context.shipping),
    }),
    savePayment: assign({
      payment: ({ context, event }) => (event.type === 'payment.submitted' ? withoutType(event) : context.payment),
      declined: null,
    }),
    dropPayment: assign({ payment: null }),
    markPriceHeld: assign({ priceHeld: true, declined: null }),
    markPriceFree: assign({ priceHeld: false }),
    stopPriceHold: cancel('priceHold'),
    confirmInvoice: assign({
      reference: ({ context }) => toOrderReference(JSON.stringify([context.shipping, context.payment, context.cart])),
    }),
    confirmCharge: assign({ reference: (_, { chargeId }: Charge) => toOrderReference(chargeId) }),
    noteDecline: assign({
      declined: (_, { error }: { error: unknown }) =>
        (error as { code?: unknown } | null)?.code === 'card_declined' ? 'card_declined' : 'no_answer',
    }),
  },
})

// One clock for the whole order: it starts with the delivery details and is not restarted by going back.
const startPriceHold = machineSetup.raise({ type: 'priceHold.expired' }, { id: 'priceHold', delay: 'priceHold' })

// As often as a person asks: the prices are the same, only the clock begins anew.
const extendHold = { guard: 'priceHeld', actions: ['stopPriceHold', startPriceHold] } as const

export const checkoutMachine = machineSetup.createMachine({
  id: 'checkout',
  context: { cart: demoCart, shipping: null, payment: null, priceHeld: false, declined: null, reference: null },
  initial: 'shipping',
  states: {
    shipping: {
      id: 'shipping',
      meta: { step: { path: 'shipping', title: 'Address' } },
      route: { guard: 'priceHeld' },
      on: {
        'shipping.submitted': [
          { guard: 'priceHeld', target: 'payment', actions: 'saveShipping' },
          { target: 'payment', actions: ['saveShipping', 'markPriceHeld', startPriceHold] },
        ],
        'hold.extended': extendHold,
        'priceHold.expired': 'expired',
      },
    },
    payment: {
      id: 'payment',
      meta: { step: { path: 'payment', title: 'Payment' } },
      route: { guard: and(['priceHeld', 'shippingGiven']) },
      always: { guard: 'answeredAlready', target: 'review' },
      on: {
        'payment.submitted': { target: 'review', actions: 'savePayment' },
        'hold.extended': extendHold,
        'priceHold.expired': 'expired',
      },
    },
    review: {
      id: 'review',
      meta: { step: { path: 'review', title: 'Check your order' } },
      route: { guard: and(['priceHeld', 'shippingGiven', 'paymentGiven']) },
      on: {
        'order.placed': [
          {
            guard: 'paysByInvoice',
            target: 'confirmed',
            actions: ['stopPriceHold', 'markPriceFree', 'confirmInvoice'],
          },
          { target: 'paying', actions: ['stopPriceHold', 'markPriceFree'] },
        ],
        'hold.extended': extendHold,
        'priceHold.expired': 'expired',
      },
    },
    paying: {
      id: 'paying',
      meta: { step: { path: 'paying', title: 'Confirming your payment' } },
      invoke: {
        id: 'chargeCard',
        src: 'chargeCard',
        input: ({ context: { cart, payment } }) => ({
          amount: cart.total,
          currency: cart.currency,
          token: payment?.method === 'card' ? payment.cardToken : '',
        }),
        onDone: {
          target: 'confirmed',
          actions: { type: 'confirmCharge', params: ({ event }) => event.output },
        },
        // A token is good for one charge, so a declined one is forgotten.
        onError: {
          target: 'declined',
          actions: [{ type: 'noteDecline', params: ({ event }) => ({ error: event.error }) }, 'dropPayment'],
        },
      },
    },
    declined: {
      id: 'declined',
      meta: { step: { path: 'declined', title: 'Payment not confirmed' } },
      on: { 'payment.retried': { target: 'payment', actions: ['markPriceHeld', startPriceHold] } },
    },
    expired: {
      id: 'expired',
      meta: { step: { path: 'expired', title: 'Prices no longer held' } },
      entry: 'markPriceFree',
      on: { 'cart.restarted': { target: 'shipping', actions: 'dropPayment' } },
    },
    confirmed: {
      id: 'confirmed',
      meta: { step: { path: 'confirmed', title: 'Order confirmed' } },
      type: 'final',
    },
  },
})

export const checkout = defineFlow({
  id: 'checkout',
  version: 1,
  machine: checkoutMachine,
  events: checkoutEvents,
  context: CheckoutContext,
  // The card form sends these to the provider only. A value under one of these names is never stored here.
  secret: ['cardNumber', 'expiry', 'securityCode'],
  // The card token stays on the server; a page only needs to say which card it is.
  view: ({ cart, shipping, payment, declined, reference }) => ({
    cart,
    shipping,
    payment: payment && toPublicPayment(payment),
    declined,
    reference,
  }),
  lifetime: { idle: '30 days', absolute: '90 days', hot: '30 minutes' },
  effects: { chargeCard: { attempts: 8, backoff: '250 ms', timeout: '30 s' } },
})

export type CheckoutView = ViewOf<typeof checkout>

function toPublicPayment(payment: Payment) {
  if (payment.method === 'invoice') return { ...payment, label: `Invoice to ${payment.company}` }
  return { method: 'card' as const, label: payment.last4 ? `Card ending ${payment.last4}` : 'Card' }
}

type PayloadOf<E> = E extends { type: string } ? Omit<E, 'type'> : never

function withoutType<E extends { type: string }>({ type: _, ...payload }: E): PayloadOf<E> {
  return payload as PayloadOf<E>
}
