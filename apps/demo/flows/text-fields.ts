// Schemas for the answers that both flows ask for: as a person sees them, bounded, with messages that say what to do.

import { z } from 'zod'
import { countryCodes } from './countries.ts'
import { lengthSeen, plain, seen, seenLines } from './pasted.ts'

/** A text of up to `maxLength` characters. An empty one is refused with `missing`, where there is such a message. */
const bounded = (what: string, maxLength: number, missing?: string) =>
  z.string().superRefine((text, context) => {
    if (text === '' && missing !== undefined) context.addIssue({ code: 'custom', message: missing })
    else if (text.length > maxLength && lengthSeen(text) > maxLength)
      context.addIssue({ code: 'custom', message: `${what} must be ${maxLength} characters or fewer` })
  })

// A missing field and an empty one are the same mistake for a person, so both get the same message.
export const required = (message: string, what: string, maxLength: number) =>
  z
    .string(message)
    .transform(seen)
    .pipe(bounded(what, maxLength, message))

export const requiredLines = (message: string, what: string, maxLength: number) =>
  z
    .string(message)
    .transform(seenLines)
    .pipe(bounded(what, maxLength, message))

export const optional = (what: string, maxLength: number) =>
  z.string().transform(seen).pipe(bounded(what, maxLength)).optional()

/** A number in digits, which `pattern` describes and `example` shows. */
export const digits = (message: string, pattern: RegExp, example: string) =>
  z
    .string(message)
    .transform(plain)
    .pipe(
      z
        .string()
        .refine((text) => text !== '', { error: message, abort: true })
        .regex(pattern, { error: `${message}, ${example}`, abort: true }),
    )

export const email = z
  .string('Enter your email address')
  .transform((given) =>
    plain(given)
      .replace(/ ?([@.]) ?/g, '$1')
      .toLowerCase(),
  )
  .pipe(bounded('Email address', 254, 'Enter your email address'))
  .pipe(z.email('Enter an email address in the correct format, like name@example.com'))

/** A pasted email address as it is written: people paste spaces beside its signs. */
export function writtenEmail(pasted: string): string {
  return plain(pasted)
    .replace(/ ?([@.]) ?/g, '$1')
    .toLowerCase()
}

export const postcode = z
  .string('Enter a postcode')
  .transform((given) => spaced(plain(given).toUpperCase()))
  .pipe(bounded('Postcode', 12, 'Enter a postcode'))
  .pipe(z.string().regex(/^[\p{L}\d][\p{L}\d -]*$/u, 'Enter a postcode with only letters, numbers, spaces and hyphens'))

/** One space for every separator that is no hyphen. A text without a letter or a number stays, to be refused. */
function spaced(text: string): string {
  const parts = text.split(/[^\p{L}\p{N}-]+/u).filter((part) => part !== '')
  return /[\p{L}\p{N}]/u.test(text) ? parts.join(' ').replace(/ ?-+ ?/g, '-') : text
}

export const phone = z
  .string()
  .transform((given) => dialled(plain(given)))
  .refine(
    (number) => /^(?:\+?\d(?: ?\d){5,14})?$/.test(number),
    'Enter a phone number, like 020 7946 0991 or +44 20 7946 0991',
  )
  .optional()

/** The digits, in the groups they were given in. A nought in brackets is not dialled after the code of a country. */
function dialled(text: string): string {
  const number = text.replace(/^(\+[\d ]+)\(0\)/, '$1 ')
  return number.replace(/[^\p{L}\p{N}+]+/gu, ' ').trim()
}

/** A VAT number as the registers write it. Old Irish ones hold a plus or an asterisk. */
export const vatId = z
  .string()
  .transform((given) =>
    plain(given)
      .toUpperCase()
      .replace(/[^\p{L}\p{N}+*]/gu, ''),
  )
  .pipe(bounded('VAT number', 20))
  .optional()

export const country = (message: string) => z.string(message).trim().toUpperCase().pipe(z.enum(countryCodes, message))
