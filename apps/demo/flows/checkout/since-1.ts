// The migration from version 1 of the checkout, which had one field for a name, and no choice of delivery.

import type { MigrationRule } from 'dogear'
import { z } from 'zod'
import { Cart } from './cart.ts'
import { Payment } from './events.ts'

const ContextOf1 = z.object({
  cart: Cart,
  shipping: z
    .object({
      name: z.string(),
      line1: z.string(),
      line2: z.string().optional(),
      city: z.string(),
      postcode: z.string(),
      country: z.string(),
      email: z.string(),
    })
    .nullable(),
  payment: Payment.nullable(),
  priceHeld: z.boolean(),
  declined: z.enum(['card_declined', 'no_answer']).nullable(),
  reference: z.string().nullable(),
})

/** A typed name in two parts. The last word is the family name; a single word leaves the family name empty. */
function splitName(name: string): { givenName: string; familyName: string } {
  const words = name.trim().split(/\s+/)
  return words.length < 2
    ? { givenName: words.join(''), familyName: '' }
    : { givenName: words.slice(0, -1).join(' '), familyName: words.at(-1) ?? '' }
}

/** An address as pages of version 1 send it, whole or in part; null is a field that was emptied. */
export function shippingSince1({ name, ...rest }: { readonly name?: unknown }): Record<string, unknown> {
  if (name === null) return { ...rest, givenName: null, familyName: null }
  return typeof name === 'string' ? { ...rest, ...splitName(name) } : rest
}

// The states in which an address can still be changed. After them the order was placed under the given name.
const asks = ['shipping', 'payment', 'review', 'expired']

export const from1To2: MigrationRule<typeof ContextOf1> = {
  from: ContextOf1,
  draft: ({ step, values }) => (step === 'shipping' ? { values: shippingSince1(values) } : undefined),
  migrate: ({ value, context: { shipping, ...context }, drafts }) => {
    const next = { ...context, delivery: null }
    if (shipping === null) return { value, context: { ...next, shipping } }
    const { name, ...address } = shipping
    const answered = { ...address, ...splitName(name) }
    if (answered.familyName || !asks.includes(value)) return { value, context: { ...next, shipping: answered } }
    const values = { ...answered, ...drafts.shipping?.values }
    const issues = values.familyName ? [] : [{ path: ['familyName'], message: 'Enter your last name' }]
    return { value, context: { ...next, shipping: null }, drafts: { shipping: { ...drafts.shipping, values, issues } } }
  },
  // Without an address nothing that comes after it can be answered; everybody else goes on at the delivery.
  resume: ({ value, context }) =>
    context.shipping === null && (value === 'payment' || value === 'review') ? 'shipping' : 'first-incomplete',
}
