// The events of the checkout as schemas: trimmed, bounded, with messages that say what to do.

import { z } from 'zod'
import { pii, secret } from '../marks.ts'
import { country, email, optional, postcode, required, vatId } from '../text-fields.ts'
import { deliveryMethods } from './cart.ts'

export const Shipping = z.object({
  givenName: required('Enter your first name', 'First name', 100).meta(pii),
  familyName: required('Enter your last name', 'Last name', 100).meta(pii),
  line1: required('Enter the first line of your address', 'Address line 1', 100).meta(pii),
  line2: optional('Address line 2', 100).meta(pii),
  city: required('Enter a town or city', 'Town or city', 80).meta(pii),
  postcode: postcode.meta(pii),
  country: country('Choose the country we deliver to').meta(pii),
  email: email.meta(pii),
})
export type Shipping = z.infer<typeof Shipping>

export const Delivery = z.object({ method: z.enum(deliveryMethods, 'Choose how we deliver') })
export type Delivery = z.infer<typeof Delivery>

const Card = z.object({
  method: z.literal('card'),
  cardToken: required('Enter your card details', 'The card token', 200).meta(secret),
  /** Only to show which card it is; the charge goes by the token. */
  last4: z
    .string()
    .regex(/^\d{4}$/, 'Enter your card details again')
    .optional()
    .meta(pii),
})

const Invoice = z.object({
  method: z.literal('invoice'),
  company: required('Enter the name of your company', 'Company name', 120).meta(pii),
  vatId: vatId.meta(pii),
})

export const Payment = z.discriminatedUnion('method', [Card, Invoice], 'Choose how you want to pay')
export type Payment = z.infer<typeof Payment>

/** From the provider alone, about a charge that took longer than its answer. */
export const checkoutServerEvents = {
  'charge.succeeded': z.object({ chargeId: z.string().min(1).max(100) }),
  'charge.failed': z.object({ code: z.string().max(100) }),
}

export const checkoutEvents = {
  'shipping.submitted': Shipping,
  'delivery.submitted': Delivery,
  'payment.submitted': Payment,
  /** The card that was given before, whose token a page does not know. */
  'payment.kept': z.object({}),
  'order.placed': z.object({}),
  'payment.retried': z.object({}),
  'cart.restarted': z.object({}),
  'hold.extended': z.object({}),
}
