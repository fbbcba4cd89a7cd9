// The checkout: address, delivery, payment, review and charge. Shared with the browser, so it holds no secrets.

import { defineFlow, fromEffect, type ViewOf } from 'dogear'
import { and, assign, cancel, setup } from 'xstate'
import { z } from 'zod'
import { type EventsOf, withoutType } from '../events.ts'
import { pii } from '../marks.ts'
import { toOrderReference } from '../order-reference.ts'
import { email } from '../text-fields.ts'
import { Cart, deliveredBy, demoCart } from './cart.ts'
import { checkoutEvents, checkoutServerEvents, Delivery, Payment, Shipping } from './events.ts'
import { from1To2, shippingSince1 } from './since-1.ts'

// An order placed when a name was one field may have a name of a single word. It is too late to ask for the other half.
const Address = Shipping.extend({ familyName: z.string().meta(pii) })

const CheckoutContext = z.object({
  cart: Cart,
  shipping: Address.nullable(),
  delivery: Delivery.nullable(),
  payment: Payment.nullable(),
  /** True while the price hold runs; only then may a person go back and forth. */
  priceHeld: z.boolean(),
  declined: z.enum(['card_declined', 'no_answer']).nullable(),
  reference: z.string().nullable(),
  /** The address that the person's account knows, until they have given one. Orders of before have none. */
  knownEmail: email.meta(pii).nullish(),
  /** The page of the provider on which the person has to confirm the charge. */
  confirmUrl: z.url().meta(pii).nullish(),
})
type CheckoutContext = z.infer<typeof CheckoutContext>

type CheckoutEvent =
  | EventsOf<typeof checkoutEvents>
  | EventsOf<typeof checkoutServerEvents>
  | { type: 'priceHold.expired' }

/** The input of an order: the address that the account of a signed-in person knows. */
const CheckoutInput = z.object({ knownEmail: email.meta(pii).nullable().catch(null) })
type CheckoutInput = z.infer<typeof CheckoutInput>

/** The input of a charge. The amount is read from the order on the server. */
export type ChargeInput = { amount: number; currency: string; token: string }
/**
 * `processing`: the provider tells the result later, by a message of its own; at `confirmUrl` the person confirms the
 * charge before.
 */
export type Charge = { chargeId: string; processing?: boolean; confirmUrl?: string }

/** How long prices are held, unless a demonstration shortens it. */
export const usualHoldMs = 15 * 60_000

const machineSetup = setup({
  types: { input: {} as CheckoutInput, context: {} as CheckoutContext, events: {} as CheckoutEvent },
  actors: {
    chargeCard: fromEffect<Charge, ChargeInput>(async () => {
      throw new Error('chargeCard is provided on the server')
    }),
  },
  delays: { priceHold: usualHoldMs },
  guards: {
    priceHeld: ({ context }) => context.priceHeld,
    shippingGiven: ({ context }) => context.shipping !== null,
    deliveryGiven: ({ context }) => context.delivery !== null,
    paymentGiven: ({ context }) => context.payment !== null,
    paysByCard: ({ context }) => context.payment?.method === 'card',
    paysByInvoice: ({ context }) => context.payment?.method === 'invoice',
    // Coming from a Change link: the answers after this one are there already, so go straight back to the last look.
    answeredAlready: ({ context: { delivery, payment }, event: { type } }) =>
      (type === 'shipping.submitted' || type === 'delivery.submitted') && delivery !== null && payment !== null,
  },
  actions: {
    saveShipping: assign({
      shipping: ({ context, event }) => (event.type === 'shipping.submitted' ? withoutType(event) : context.shipping),
      knownEmail: null,
    }),
    saveDelivery: assign(({ context: { cart, delivery }, event }) =>
      event.type === 'delivery.submitted'
        ? { delivery: { method: event.method }, cart: deliveredBy(event.method, cart) }
        : { cart, delivery },
    ),
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
    confirmCharge: assign({ reference: (_, { chargeId }: Charge) => toOrderReference(chargeId), confirmUrl: null }),
    askToConfirm: assign({ confirmUrl: (_, { confirmUrl }: Charge) => confirmUrl ?? null }),
    noteDecline: assign({
      declined: (_, { error }: { error: unknown }) =>
        (error as { code?: unknown } | null)?.code === 'card_declined' ? 'card_declined' : 'no_answer',
      confirmUrl: null,
    }),
  },
})

// One clock for the whole order: it starts with the address and is not restarted by going back.
const startPriceHold = machineSetup.raise({ type: 'priceHold.expired' }, { id: 'priceHold', delay: 'priceHold' })

// As often as a person asks: the prices are the same, only the clock begins anew.
const extendHold = { guard: 'priceHeld', actions: ['stopPriceHold', startPriceHold] } as const

export const checkoutMachine = machineSetup.createMachine({
  id: 'checkout',
  context: ({ input: { knownEmail } }) => ({
    cart: demoCart,
    shipping: null,
    delivery: null,
    payment: null,
    priceHeld: false,
    declined: null,
    reference: null,
    knownEmail,
    confirmUrl: null,
  }),
  initial: 'shipping',
  states: {
    shipping: {
      id: 'shipping',
      meta: { step: { path: 'shipping', title: 'Address' } },
      route: { guard: 'priceHeld' },
      on: {
        'shipping.submitted': [
          { guard: 'priceHeld', target: 'delivery', actions: 'saveShipping' },
          { target: 'delivery', actions: ['saveShipping', 'markPriceHeld', startPriceHold] },
        ],
        'hold.extended': extendHold,
        'priceHold.expired': 'expired',
      },
    },
    delivery: {
      id: 'delivery',
      meta: { step: { path: 'delivery', title: 'Delivery' } },
      route: { guard: and(['priceHeld', 'shippingGiven']) },
      always: { guard: 'answeredAlready', target: 'payment' },
      on: {
        'delivery.submitted': { target: 'payment', actions: 'saveDelivery' },
        'hold.extended': extendHold,
        'priceHold.expired': 'expired',
      },
    },
    payment: {
      id: 'payment',
      meta: { step: { path: 'payment', title: 'Payment' } },
      route: { guard: and(['priceHeld', 'shippingGiven', 'deliveryGiven']) },
      always: { guard: 'answeredAlready', target: 'review' },
      on: {
        'payment.submitted': { target: 'review', actions: 'savePayment' },
        'payment.kept': { guard: 'paysByCard', target: 'review' },
        'hold.extended': extendHold,
        'priceHold.expired': 'expired',
      },
    },
    review: {
      id: 'review',
      meta: { step: { path: 'review', title: 'Check your order' } },
      route: { guard: and(['priceHeld', 'shippingGiven', 'deliveryGiven', 'paymentGiven']) },
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
        onDone: [
          // Still in this state: the provider calls back.
          {
            guard: ({ event }) => event.output.processing === true,
            actions: { type: 'askToConfirm', params: ({ event }) => event.output },
          },
          { target: 'confirmed', actions: { type: 'confirmCharge', params: ({ event }) => event.output } },
        ],
        // A token is good for one charge, so a declined one is forgotten.
        onError: {
          target: 'declined',
          actions: [{ type: 'noteDecline', params: ({ event }) => ({ error: event.error }) }, 'dropPayment'],
        },
      },
      on: {
        'charge.succeeded': {
          target: 'confirmed',
          actions: { type: 'confirmCharge', params: ({ event }) => ({ chargeId: event.chargeId }) },
        },
        'charge.failed': {
          target: 'declined',
          actions: [{ type: 'noteDecline', params: ({ event }) => ({ error: event }) }, 'dropPayment'],
        },
      },
    },
    declined: {
      id: 'declined',
      meta: { step: { path: 'declined', title: 'Payment not confirmed' } },
      on: {
        'payment.retried': [
          { guard: 'deliveryGiven', target: 'payment', actions: ['markPriceHeld', startPriceHold] },
          // Ordered when there was no choice of delivery.
          { target: 'delivery', actions: ['markPriceHeld', startPriceHold] },
        ],
      },
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
  version: 2,
  machine: checkoutMachine,
  events: checkoutEvents,
  serverEvents: checkoutServerEvents,
  context: CheckoutContext,
  input: CheckoutInput,
  migrations: { 1: from1To2 },
  lifts: { 1: { 'shipping.submitted': shippingSince1 } },
  // The card form sends these to the provider only. A value under one of these names is never stored here.
  secret: ['cardNumber', 'expiry', 'securityCode'],
  // People type their card into any field: it is refused there, also in production.
  cardNumbers: 'refuse',
  // The card token stays on the server; a page only needs to say which card it is.
  view: ({ cart, shipping, delivery, payment, declined, reference, knownEmail = null, confirmUrl = null }) => ({
    cart,
    shipping,
    delivery,
    payment: payment && toPublicPayment(payment),
    declined,
    reference,
    knownEmail,
    confirmUrl,
  }),
  // A person may come back from their bank in another browser.
  serverHandoffs: true,
  lifetime: { idle: '30 days', absolute: '90 days', hot: '30 minutes' },
  effects: { chargeCard: { attempts: 8, backoff: '250 ms', timeout: '30 s' } },
})

export type CheckoutView = ViewOf<typeof checkout>

function toPublicPayment(payment: Payment) {
  if (payment.method === 'invoice') return { ...payment, label: `Invoice to ${payment.company}` }
  return {
    method: 'card' as const,
    label: payment.last4 ? `Card ending ${payment.last4}` : 'Card',
  }
}
