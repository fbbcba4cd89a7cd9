// What a person may send to the checkout, as schemas: trimmed, bounded, with messages that say what to do.

import { z } from 'zod'
import { countryCodes } from './countries.ts'

// A missing field and an empty one are the same mistake to a person, so both get the same message.
const required = (message: string, what: string, maxLength: number) =>
  z
    .string(message)
    .trim()
    .min(1, { error: message, abort: true })
    .max(maxLength, `${what} must be ${maxLength} characters or fewer`)

const optional = (what: string, maxLength: number) =>
  z.string().trim().max(maxLength, `${what} must be ${maxLength} characters or fewer`).optional()

const chooseCountry = 'Choose the country we deliver to'
const enterPostcode = 'Enter a postcode'
const emailFormat = 'Enter an email address in the correct format, like name@example.com'

export const Shipping = z.object({
  name: required('Enter your full name', 'Full name', 100),
  line1: required('Enter the first line of your address', 'Address line 1', 100),
  line2: optional('Address line 2', 100),
  city: required('Enter a town or city', 'Town or city', 80),
  postcode: required(enterPostcode, 'Postcode', 12)
    .toUpperCase()
    .transform((postcode) => postcode.replace(/\s+/g, ' '))
    .pipe(
      z.string().regex(/^[\p{L}\d][\p{L}\d -]*$/u, 'Enter a postcode with only letters, numbers, spaces and hyphens'),
    ),
  country: z.string(chooseCountry).trim().toUpperCase().pipe(z.enum(countryCodes, chooseCountry)),
  email: required('Enter your email address', 'Email address', 254).toLowerCase().pipe(z.email(emailFormat)),
})
export type Shipping = z.infer<typeof Shipping>

const Card = z.object({
  method: z.literal('card'),
  cardToken: required('Enter your card details', 'The card token', 200),
  /** Only to show which card it is; the charge goes by the token. */
  last4: z
    .string()
    .regex(/^\d{4}$/, 'Enter your card details again')
    .optional(),
})

const Invoice = z.object({
  method: z.literal('invoice'),
  company: required('Enter the name of your company', 'Company name', 120),
  vatId: optional('VAT number', 20),
})

export const Payment = z.discriminatedUnion('method', [Card, Invoice], 'Choose how you want to pay')
export type Payment = z.infer<typeof Payment>

export const checkoutEvents = {
  'shipping.submitted': Shipping,
  'payment.submitted': Payment,
  'order.placed': z.object({}),
  'payment.retried': z.object({}),
  'cart.restarted': z.object({}),
}
