// The flow under test: a checkout with a timer that spans several steps, and a charge that must happen once.

import { defineFlow, fromEffect } from 'dogear'
import { and, assign, cancel, setup } from 'xstate'
import { z } from 'zod'

/** The price of every order, in pence. */
export const price = 4250

const text = z.string().min(1)
const Shipping = z.object({ name: text, line1: text, city: text, postcode: text, country: text, email: text })
const Payment = z.discriminatedUnion('method', [
  z.object({ method: z.literal('card'), cardToken: text, last4: text.optional() }),
  z.object({ method: z.literal('invoice'), company: text }),
])

const Context = z.object({
  shipping: Shipping.nullable(),
  payment: Payment.nullable(),
  /** True while the price hold runs; only then can a person go back and forth. */
  priceHeld: z.boolean(),
  declined: z.enum(['card_declined', 'no_answer']).nullable(),
  /** The charge that paid for the order, or `invoice`. */
  reference: z.string().nullable(),
})

type Event =
  | ({ type: 'shipping.submitted' } & z.infer<typeof Shipping>)
  | ({ type: 'payment.submitted' } & z.infer<typeof Payment>)
  | { type: 'order.placed' }
  | { type: 'payment.retried' }
  | { type: 'cart.restarted' }
  | { type: 'priceHold.expired' }

export type ChargeInput = { amount: number; currency: string; token: string }
export type Charge = { chargeId: string }
type ChargeRequest = { key: string; input: ChargeInput; signal?: AbortSignal }

/**
 * Charges at the provider on `port`; the same `key` charges once. Rejects with the code `card_declined`, or with none.
 */
export async function charge(port: number, { key, input, signal }: ChargeRequest): Promise<Charge> {
  const response = await fetch(`http://127.0.0.1:${port}/charges`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(input),
    ...(signal && { signal }),
  })
  if (response.status === 402)
    throw Object.assign(new Error('The card was declined.'), { code: 'card_declined', retryable: false })
  if (!response.ok) throw new Error(`The payment provider answered ${response.status}.`)
  return { chargeId: ((await response.json()) as { id: string }).id }
}

const machineSetup = setup({
  types: { context: {} as z.infer<typeof Context>, events: {} as Event, emitted: {} as { type: 'address.saved' } },
  actors: {
    chargeCard: fromEffect<Charge, ChargeInput>(async () => {
      throw new Error('chargeCard is provided by the process under test')
    }),
  },
  delays: { priceHold: 900_000 },
  guards: {
    priceHeld: ({ context }) => context.priceHeld,
    shippingGiven: ({ context }) => context.shipping !== null,
    paymentGiven: ({ context }) => context.payment !== null,
    paysByInvoice: ({ context }) => context.payment?.method === 'invoice',
    answeredAlready: ({ context, event }) => event.type === 'shipping.submitted' && context.payment !== null,
  },
  actions: {
    saveShipping: assign(({ event }) => {
      if (event.type !== 'shipping.submitted') return {}
      const { type: _, ...shipping } = event
      return { shipping }
    }),
    savePayment: assign(({ event }) => {
      if (event.type !== 'payment.submitted') return {}
      const { type: _, ...payment } = event
      return { payment, declined: null }
    }),
    dropPayment: assign({ payment: null }),
    markPriceHeld: assign({ priceHeld: true, declined: null }),
    markPriceFree: assign({ priceHeld: false }),
    stopPriceHold: cancel('priceHold'),
    confirmInvoice: assign({ reference: 'invoice' }),
    confirmCharge: assign({ reference: (_, { chargeId }: Charge) => chargeId }),
    noteDecline: assign({
      declined: (_, { error }: { error: unknown }) =>
        (error as { code?: unknown } | null)?.code === 'card_declined' ? 'card_declined' : 'no_answer',
    }),
  },
})

// One clock for the whole order: it starts with the address, and going back does not restart it.
const startPriceHold = machineSetup.raise({ type: 'priceHold.expired' }, { id: 'priceHold', delay: 'priceHold' })

const tellOfAddress = machineSetup.emit({ type: 'address.saved' })

const machine = machineSetup.createMachine({
  id: 'checkout',
  context: { shipping: null, payment: null, priceHeld: false, declined: null, reference: null },
  initial: 'shipping',
  states: {
    shipping: {
      id: 'shipping',
      meta: { step: { path: 'shipping', title: 'Delivery' } },
      route: { guard: 'priceHeld' },
      on: {
        'shipping.submitted': [
          { guard: 'priceHeld', target: 'payment', actions: ['saveShipping', tellOfAddress] },
          { target: 'payment', actions: ['saveShipping', 'markPriceHeld', startPriceHold, tellOfAddress] },
        ],
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
        'priceHold.expired': 'expired',
      },
    },
    paying: {
      id: 'paying',
      meta: { step: { path: 'paying', title: 'Confirming your payment' } },
      invoke: {
        id: 'chargeCard',
        src: 'chargeCard',
        input: ({ context: { payment } }) => ({
          amount: price,
          currency: 'GBP',
          token: payment?.method === 'card' ? payment.cardToken : '',
        }),
        onDone: { target: 'confirmed', actions: { type: 'confirmCharge', params: ({ event }) => event.output } },
        // A token is good for one charge, so a declined one is forgotten.
        onError: {
          target: 'declined',
          actions: [{ type: 'noteDecline', params: ({ event }) => ({ error: event.error }) }, 'dropPayment'],
        },
      },
    },
    declined: {
      id: 'declined',
      meta: { step: { path: 'declined', title: 'Payment not completed' } },
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

const definition = {
  machine,
  events: {
    'shipping.submitted': Shipping,
    'payment.submitted': Payment,
    'order.placed': z.object({}),
    'payment.retried': z.object({}),
    'cart.restarted': z.object({}),
  },
  context: Context,
  view: ({ shipping, payment, declined, reference }: z.infer<typeof Context>) => {
    return { shipping, method: payment?.method, declined, reference }
  },
  lifetime: { idle: '30 days', absolute: '90 days', hot: '30 minutes' },
  // A process that dies uses an attempt up, and here they die all the time.
  effects: { chargeCard: { attempts: 100, backoff: '250 ms', timeout: '30 s' } },
} as const

export const checkout = defineFlow({ ...definition, id: 'checkout', version: 1 })

/** The same checkout in the next release. Processes of the one before cannot read its sessions. */
export const nextCheckout = defineFlow({
  ...definition,
  id: 'checkout',
  version: 2,
  migrations: { 1: ({ value, context, historyValue }) => ({ value, context, historyValue }) },
})

/** The checkout of another application on the same prefix. */
export const otherCheckout = defineFlow({ ...definition, id: 'other-checkout', version: 1 })

/** The flows by the name that a process under test is told. */
export const flows = { checkout, next: nextCheckout, other: otherCheckout }
export type FlowName = keyof typeof flows
