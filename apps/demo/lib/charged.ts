// The result of a charge, told to the order it belongs to.

import { checkout } from '../flows/checkout/flow.ts'
import { warn } from './log.ts'
import type { PaymentMessage } from './payment-messages.ts'
import { shop } from './shop.ts'

/** The HTTP status for the provider: 200 if it need not come again, 503 if it has come before its time. */
export async function charged({
  id,
  type,
  data: { chargeId, reference, code = 'unknown' },
}: PaymentMessage): Promise<number> {
  if (type !== 'charge.succeeded' && type !== 'charge.failed') return 200
  const event = type === 'charge.succeeded' ? ({ type, chargeId } as const) : ({ type, code } as const)
  const reply = await shop.engine.dispatch({ flow: checkout, session: reference }, event, { opId: id })
  if (reply.outcome !== 'rejected') return 200
  if (reply.code === 'not_accepted' && reply.view.status === 'active') return 503
  // The order was deleted, or ended in another way. Somebody has to see if the money goes back.
  warn('payment.orphaned', { type, charge: chargeId, code: reply.code })
  return 200
}
