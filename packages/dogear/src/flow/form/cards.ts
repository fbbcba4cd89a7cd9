// Numbers of payment cards, recognised by their issuer's digits, their length, their check digit (ISO/IEC 7812-1).

const foreign = /[^\0-\x7f]/
const invisible = /[\u00ad\u200b-\u200d\u2060\ufeff]/g
const digitOfOthers = /(?!\d)\p{Nd}/gu
// One and the same sign between groups as cards print them. In other groups it makes dates, amounts, addresses.
const signs = /(?<!\d[._/,]?)\d{4}([._/,])(?:\d{4}\1\d{4}\1\d{4}(?:\1\d{3})?|\d{6}\1\d{4,5})(?!\1?\d)/g
const enoughDigits = /(?:\d\D*){13}/
const groups = /\d+(?:[ \t\-\u2010-\u2015]+\d+)*/g
const separators = /[ \t\-\u2010-\u2015]+/
// A letter before or after, also across a hyphen, makes it part of an identifier; a plus makes it a phone number.
const wordBefore = /(?:[\p{L}\p{N}_][-\u2010-\u2015]?|\+)$/u
const wordAfter = /^[-\u2010-\u2015]?[\p{L}\p{N}_]/u
// The groups in which cards print their digits. In a longer run of numbers, only these count as a card number.
const printed = new Set(['4 4 4 4', '4 4 4 4 3', '4 6 5', '4 6 4', '13', '14', '15', '16', '17', '18', '19'])

// Visa; Mastercard; American Express; Diners Club; JCB; Discover; UnionPay.
const issuers = [
  /4(?:\d{12}|\d{15}|\d{18})/,
  /(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}/,
  /3[47]\d{13}/,
  /3[0689]\d{12}(?:\d\d)?/,
  /35\d{14,17}/,
  /(?:6011|64[4-9]\d|65\d\d)\d{12,15}/,
  /62\d{14,17}/,
]
const issued = new RegExp(`^(?:${issuers.map(({ source }) => source).join('|')})$`)

/** True if a text is or contains a likely card number; spaces and signs between its groups do not matter. */
export const holdsCardNumber = (text: string): boolean => firstIn(plainOf(text)) !== undefined

/**
 * The text with `•` for each digit of what looks like a card number but its last four, as `•••• •••• •••• 4242`; any
 * other text as it is. For texts that an effect has from elsewhere, such as a model's: a result that holds a card
 * number is refused. A masked text has the compatibility forms of Unicode (NFKC), our digits, and hyphens for the signs
 * between groups of digits; what cannot be seen is left out.
 */
export function maskCardNumbers(text: string): string {
  let masked = plainOf(text)
  let found = firstIn(masked)
  if (!found) return text
  for (; found; found = firstIn(masked)) masked = masked.slice(0, found.start) + hidden(found) + masked.slice(found.end)
  return masked
}

/** Digits and spaces of other scripts become ours, signs between groups hyphens; what cannot be seen is left out. */
function plainOf(text: string): string {
  if (text.length < 13) return text
  const ours = foreign.test(text) ? text.normalize('NFKC').replace(invisible, '').replace(digitOfOthers, toDigit) : text
  return ours.replace(signs, (number) => number.replace(/\D/g, '-'))
}

/** The digits of every script follow one another from its zero on. */
function toDigit(character: string): string {
  const code = character.codePointAt(0) ?? 0
  let zero = code
  while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero--
  return String((code - zero) % 10)
}

/** A number within a text, with the spaces and hyphens in it. */
type Found = { start: number; end: number; text: string }

const hidden = ({ text }: Found): string => text.replace(/\d(?=(?:\D*\d){4})/g, '•')

/** The first number of a card. */
function firstIn(plain: string): Found | undefined {
  if (plain.length < 13 || !enoughDigits.test(plain)) return undefined
  for (const { 0: text, index: start } of plain.matchAll(groups)) {
    const end = start + text.length
    if (text.length < 13) continue
    if (wordBefore.test(plain.slice(Math.max(0, start - 3), start))) continue
    if (wordAfter.test(plain.slice(end, end + 3))) continue
    const parts = text.split(separators)
    if (isCardNumber(parts.join(''))) return { start, end, text }
    const part = partIn({ start, end, text })
    if (part) return part
  }
  return undefined
}

/** The number of a card, in the groups in which cards print it, within a longer run of numbers. */
function partIn({ start, text }: Found): Found | undefined {
  const parts = [...text.matchAll(/\d+/g)]
  for (const [from, first] of parts.entries())
    for (const count of [1, 3, 4, 5]) {
      const some = parts.slice(from, from + count)
      const last = some.at(-1) ?? first
      if (!printed.has(some.map(({ 0: { length } }) => length).join(' '))) continue
      if (!isCardNumber(some.map(([digits]) => digits).join(''))) continue
      const end = last.index + last[0].length
      return { start: start + first.index, end: start + end, text: text.slice(first.index, end) }
    }
  return undefined
}

function isCardNumber(digits: string): boolean {
  return digits.length <= 19 && issued.test(digits) && luhn(digits)
}

function luhn(digits: string): boolean {
  let sum = 0
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index])
    const doubled = index % 2 === 1 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}
