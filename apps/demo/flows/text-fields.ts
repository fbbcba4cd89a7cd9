// Schemas for the answers that both flows ask for: trimmed, bounded, with messages that say what to do.

import { z } from 'zod'
import { countryCodes } from './countries.ts'

// A missing field and an empty one are the same mistake for a person, so both get the same message.
export const required = (message: string, what: string, maxLength: number) =>
  z
    .string(message)
    .trim()
    .min(1, { error: message, abort: true })
    .max(maxLength, `${what} must be ${maxLength} characters or fewer`)

export const optional = (what: string, maxLength: number) =>
  z.string().trim().max(maxLength, `${what} must be ${maxLength} characters or fewer`).optional()

export const email = required('Enter your email address', 'Email address', 254)
  .toLowerCase()
  .pipe(z.email('Enter an email address in the correct format, like name@example.com'))

export const postcode = required('Enter a postcode', 'Postcode', 12)
  .toUpperCase()
  .transform((given) => given.replace(/\s+/g, ' '))
  .pipe(z.string().regex(/^[\p{L}\d][\p{L}\d -]*$/u, 'Enter a postcode with only letters, numbers, spaces and hyphens'))

export const country = (message: string) => z.string(message).trim().toUpperCase().pipe(z.enum(countryCodes, message))
