// Trades a card number for a token, as a provider's own form would. Numbers are checked but never kept.

/** Test cards as real providers have them: every number passes the Luhn check and selects the result of a charge. */
const testCards: ReadonlyMap<string, string> = new Map([
  ['4242424242424242', 'tok_ok'],
  ['4000000000000002', 'tok_declined'],
  ['4000000000005001', 'tok_slow'],
  ['4000000000005019', 'tok_lost_reply'],
  ['4000000000005035', 'tok_flaky'],
  ['4000000000005043', 'tok_webhook'],
  ['4000000000005050', 'tok_webhook_declined'],
  ['4000000000005068', 'tok_webhook_storm'],
  ['4000000000005076', 'tok_webhook_late'],
  ['4000000000005084', 'tok_webhook_confirm'],
])

export type CardProblem = 'incomplete_number' | 'invalid_number' | 'unknown_card'

export const cardProblems: Readonly<Record<CardProblem, string>> = {
  incomplete_number: 'The card number is incomplete.',
  invalid_number: 'The card number is not valid.',
  unknown_card: 'This stand-in only knows test cards, for example 4242 4242 4242 4242.',
}

export type CardResult = { token: string; last4: string } | { problem: CardProblem }

/** ISO/IEC 7812-1 Annex B: the check digit that catches a mistyped number. */
function passesLuhn(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, place) => {
    const value = Number(digit) * (place % 2 === 1 ? 2 : 1)
    return total + (value > 9 ? value - 9 : value)
  }, 0)
  return sum % 10 === 0
}

/** Reads a number as people type or paste it, with spaces, hyphens and marks nobody sees. */
export function tokenFor(cardNumber: string): CardResult {
  const digits = cardNumber.normalize('NFKC').replace(/[\p{White_Space}\p{Dash}\p{Cf}]/gu, '')
  if (!/^\d*$/.test(digits) || digits.length > 19) return { problem: 'invalid_number' }
  if (digits.length < 13) return { problem: 'incomplete_number' }
  if (!passesLuhn(digits)) return { problem: 'invalid_number' }
  const token = testCards.get(digits)
  return token ? { token, last4: digits.slice(-4) } : { problem: 'unknown_card' }
}
