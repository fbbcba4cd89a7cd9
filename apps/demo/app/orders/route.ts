// The address of another order beside those there are: nothing is stored before its first answer.

import { randomInt } from 'node:crypto'
import { seeOther } from '../../lib/forms.ts'

// Crockford's base 32 in small letters: nothing in it is mistaken for something else.
const letters = '0123456789abcdefghjkmnpqrstvwxyz'
const length = 6

export function GET(): Response {
  const key = Array.from({ length }, () => letters[randomInt(letters.length)]).join('')
  return seeOther(`/orders/${key}`)
}
