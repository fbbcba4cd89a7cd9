// The booking of a seat, in place of the service that you would call.
import { createHash } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { fromEffect } from 'dogear'
import type { Seat } from '../flows/booking'

export const bookSeat = fromEffect<string, Seat>(async ({ effectId, signal }) => {
  await setTimeout(500, undefined, { signal })
  // The id is the same on every attempt: sent along as an idempotency key, it keeps a seat from being booked twice.
  return createHash('sha256').update(effectId).digest('hex').slice(0, 6).toUpperCase()
})
