// Numbers of payment cards, recognised by their issuer's digits, their length, their check digit (ISO/IEC 7812-1).

const foreign = /[^\0-\x7f]/
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

/** True if a text is or contains a likely card number; spaces and hyphens between digits do not matter. */
export function holdsCardNumber(text: string): boolean {
  if (text.length < 13) return false
  // Digits and spaces of other scripts become ours.
  const plain = foreign.test(text) ? text.normalize('NFKC') : text
  if (!enoughDigits.test(plain)) return false
  for (const match of plain.matchAll(groups)) {
    const end = match.index + match[0].length
    if (match[0].length < 13) continue
    if (wordBefore.test(plain.slice(Math.max(0, match.index - 3), match.index))) continue
    if (wordAfter.test(plain.slice(end, end + 3))) continue
    const parts = match[0].split(separators)
    if (isCardNumber(parts.join('')) || partsHold(parts)) return true
  }
  return false
}

function partsHold(parts: readonly string[]): boolean {
  return parts.some((_, from) =>
    [1, 3, 4, 5].some((count) => {
      const some = parts.slice(from, from + count)
      return printed.has(some.map(({ length }) => length).join(' ')) && isCardNumber(some.join(''))
    }),
  )
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
