// Which numbers are test cards, and how every other number is refused.
import { expect, test } from 'vitest'
import { tokenFor } from './cards.ts'

test.each([
  ['4242 4242 4242 4242', { token: 'tok_ok', last4: '4242' }],
  ['4000-0000-0000-0002', { token: 'tok_declined', last4: '0002' }],
  ['4000 0000 0000 5001', { token: 'tok_slow', last4: '5001' }],
  ['4000000000005019', { token: 'tok_lost_reply', last4: '5019' }],
  ['4000 0000 0000 5035', { token: 'tok_flaky', last4: '5035' }],
  ['4000 0000 0000 5043', { token: 'tok_webhook', last4: '5043' }],
  ['4000 0000 0000 5050', { token: 'tok_webhook_declined', last4: '5050' }],
  ['4000 0000 0000 5068', { token: 'tok_webhook_storm', last4: '5068' }],
  ['4000 0000 0000 5076', { token: 'tok_webhook_late', last4: '5076' }],
])('trades the test card %s for its token', (cardNumber, result) => {
  expect(tokenFor(cardNumber)).toEqual(result)
})

test.each([
  ['', 'incomplete_number'],
  ['4242 4242 424', 'incomplete_number'],
  ['4242 4242 4242 4241', 'invalid_number'],
  ['4242 4242 4242 424x', 'invalid_number'],
  ['42424242424242424242', 'invalid_number'],
  ['5555 5555 5555 4444', 'unknown_card'],
])('says what is wrong with the card number %j', (cardNumber, problem) => {
  expect(tokenFor(cardNumber)).toEqual({ problem })
})
