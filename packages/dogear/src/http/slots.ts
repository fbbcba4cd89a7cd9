// Streams that are open in this process, and how many of them there may be.

import { DogearError } from '../errors.ts'
import type { LimitOptions } from './limits.ts'

export interface Slots {
  /** Takes a place until the returned function is called (again and again, for all that matters). Throws `rate_limited` if there is none. */
  take(session: string): () => void
  /** How many are taken. */
  size(): number
}

const retryAfterMs = 60_000

/** Throws `TypeError` for numbers that are none. */
export function createSlots({ streamsPerSession = 10, streams = 10_000 }: LimitOptions): Slots {
  for (const [name, count] of Object.entries({ streamsPerSession, streams })) {
    if (!Number.isSafeInteger(count) || count < 0)
      throw new TypeError(`limits.${name} ${count} must be a whole number from 0`)
  }
  const taken = new Map<string, number>()
  let all = 0
  return {
    take(session) {
      const own = taken.get(session) ?? 0
      if (own >= streamsPerSession || all >= streams)
        throw new DogearError('rate_limited', 'There are too many open streams.', { retryAfterMs })
      taken.set(session, own + 1)
      all += 1
      let given = false
      return () => {
        if (given) return
        given = true
        all -= 1
        const left = (taken.get(session) ?? 1) - 1
        if (left > 0) taken.set(session, left)
        else taken.delete(session)
      }
    },
    size: () => all,
  }
}
