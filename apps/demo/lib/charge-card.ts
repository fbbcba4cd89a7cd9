// The charge at the payment provider, the one effect of the checkout that must not happen twice.

import { DogearError, fromEffect } from 'dogear'
import type { Charge, ChargeInput } from '../flows/checkout/flow.ts'

/**
 * Charges a card token at the provider listening on `port`.
 *
 * `effectId` is the idempotency key, so a retry after a lost reply gets the first charge's result. `session` is the
 * provider's reference, with which it calls back if the result comes later (`processing`). Rejects with the code
 * `card_declined` if the provider refuses the card, and with `effect_parameters_changed` if it has other parameters
 * under this id, which no retry would change. Any other rejection means that there was no usable answer.
 */
export function chargeCardAt(port: number) {
  return fromEffect<Charge, ChargeInput>(async ({ input, effectId, session, signal }) => {
    const response = await fetch(`http://127.0.0.1:${port}/charges`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': effectId },
      body: JSON.stringify({ ...input, reference: session }),
      signal,
    })
    if (response.status === 402) {
      throw Object.assign(new Error('The card was declined.'), { code: 'card_declined', retryable: false })
    }
    if (response.status === 422) {
      const message = 'The payment provider knows this order with another amount or card.'
      throw new DogearError('effect_parameters_changed', message)
    }
    if (!response.ok) throw new Error(`The payment provider answered ${response.status}.`)
    const { id } = (await response.json()) as { id: string }
    return response.status === 202 ? { chargeId: id, processing: true } : { chargeId: id }
  })
}
