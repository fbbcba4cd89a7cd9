// The charge at the payment provider, the one effect of the checkout that must not happen twice.

import { DogearError, fromEffect } from 'dogear'
import type { Charge, ChargeInput } from '../flows/checkout/flow.ts'
import type { ReturnLink } from './return-link.ts'

/**
 * Charges a card token at the provider listening on `port`.
 *
 * `effectId` is the idempotency key, so a retry after a lost reply gets the first charge's result. `session` is the
 * provider's reference, with which it calls back if the result comes later (`processing`). Rejects with the code
 * `card_declined` if the provider refuses the card, and with `effect_parameters_changed` if it has other parameters
 * under this id, which no retry would change. Any other rejection means that there was no usable answer.
 *
 * A charge that its person has to confirm is given the way back of `returnLink`: the bank's app may end in another
 * browser than the one the order was placed in.
 */
export function chargeCardAt(port: number, returnLink: ReturnLink) {
  return fromEffect<Charge, ChargeInput>(async ({ input, effectId, session, signal }) => {
    const post = (path: string, body: object) =>
      fetch(`http://127.0.0.1:${port}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': effectId },
        body: JSON.stringify(body),
        signal,
      })
    const response = await post('/charges', { ...input, reference: session })
    if (response.status === 402) {
      throw Object.assign(new Error('The card was declined.'), { code: 'card_declined', retryable: false })
    }
    if (response.status === 422) {
      const message = 'The payment provider knows this order with another amount or card.'
      throw new DogearError('effect_parameters_changed', message)
    }
    if (!response.ok) throw new Error(`The payment provider answered ${response.status}.`)
    const { id, status } = (await response.json()) as { id: string; status: string }
    if (status !== 'requires_confirmation')
      return response.status === 202 ? { chargeId: id, processing: true } : { chargeId: id }
    const { url, code } = await returnLink({ session, effectId })
    const begun = await post(`/charges/${id}/confirmation`, { returnUrl: url, returnCode: code })
    // After a restart the provider may have forgotten a charge that waits: the next attempt asks for it again.
    if (!begun.ok) throw new Error(`The payment provider answered ${begun.status}.`)
    return { chargeId: id, processing: true, confirmUrl: ((await begun.json()) as { url: string }).url }
  })
}
