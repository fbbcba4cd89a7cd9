// The messages that tell the shop the result of a charge later than its answer.
import { createHash } from 'node:crypto'
import type { Charge } from './ledger.ts'
import type { Message } from './webhooks.ts'

/** The message about a charge, the same every time it is made. */
export function resultOf({ id, idempotencyKey, reference }: Omit<Charge, 'at' | 'amount'>, declined = false): Message {
  const data = { chargeId: id, reference, ...(declined && { code: 'card_declined' }) }
  const type = declined ? 'charge.failed' : 'charge.succeeded'
  return { id: `evt_${digest(`${type} ${idempotencyKey}`)}`, type, data }
}

/** The id of a charge that takes no money, or none yet: the same for the same key. */
export const idFor = (idempotencyKey: string): string => `ch_${digest(idempotencyKey)}`

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 24)
