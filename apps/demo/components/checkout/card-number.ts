// Card numbers in the browser: written in groups of four, traded for a token at the provider, never kept.

import type { StepRefusal } from 'dogear/react'
import { plain } from '../../flows/pasted.ts'
import { ownMember } from '../../lib/own-member.ts'
import type { Text } from '../../words/words.ts'
import type { Card } from './card-given.tsx'

export const testCards = [
  ['4242 4242 4242 4242', 'works'],
  ['4000 0000 0000 0002', 'is declined'],
  ['4000 0000 0000 5001', 'takes five seconds'],
  ['4000 0000 0000 5019', 'works, but the answer is lost on the way'],
  ['4000 0000 0000 5035', 'fails twice, then works'],
  ['4000 0000 0000 5043', 'is confirmed a moment later'],
  ['4000 0000 0000 5050', 'is declined a moment later'],
  ['4000 0000 0000 5084', 'has to be confirmed at the bank'],
] as const

const messages: Readonly<Record<string, Text>> = {
  missing: 'Enter your card number',
  incomplete_number: 'Enter all digits of your card number',
  invalid_number: 'Check your card number: one of the digits is wrong',
  unknown_card: 'Use one of the test cards listed below, such as 4242 4242 4242 4242',
}

/** A problem reported by the provider, as an error of its field. */
export function cardRefusal(problem: string): StepRefusal {
  if (problem === 'unreachable') return { code: 'provider', issues: [] }
  const message = ownMember(messages, problem) ?? ('Check your card number' satisfies Text)
  return { code: 'invalid_event', issues: [{ path: ['cardNumber'], message }] }
}

/** Groups the digits by four and leaves the caret behind the digit it was at. */
export function formatCardNumber(input: HTMLInputElement): void {
  const { value, selectionStart } = input
  const caret = selectionStart ?? value.length
  const group = (text: string) =>
    plain(text)
      .replace(/\D/g, '')
      .slice(0, 19)
      .replace(/(\d{4})(?=\d)/g, '$1 ')
  const formatted = group(value)
  if (formatted === value) return
  input.value = formatted
  const place = caret === value.length ? formatted.length : group(value.slice(0, caret)).length
  input.setSelectionRange(place, place)
}

/** The provider's token for `number`; `unreachable` if there was no answer. */
export async function requestToken(tokensUrl: string, number: string): Promise<Card | { problem: string }> {
  const cardNumber = plain(number)
  if (cardNumber === '') return { problem: 'missing' }
  try {
    const response = await fetch(tokensUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ cardNumber }),
      signal: AbortSignal.timeout(10_000),
    })
    const answer = (await response.json()) as { token: string; last4: string; error?: { code: string } }
    if (response.ok) return { token: answer.token, last4: answer.last4 }
    return { problem: response.status === 422 ? (answer.error?.code ?? 'invalid_number') : 'unreachable' }
  } catch {
    return { problem: 'unreachable' }
  }
}
