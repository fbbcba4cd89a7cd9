// Places for open streams: so many for a session, for an address, for the process.

import { DogearError } from '../../errors.ts'
import { addressKey } from './address.ts'
import type { LimitOptions } from './limits.ts'

const retryAfterMs = 60_000

/** Places for open streams, in this process. */
export interface Slots {
  /** Takes a place until the returned function is called, once or more. Throws `rate_limited` if there is none. */
  take(session: string, address?: string): () => void
  /** The number of places taken. */
  size(): number
}

/** Counts the open streams of this process. Throws `TypeError` for numbers that cannot work. */
export function createSlots(options: LimitOptions): Slots {
  const { streamsPerSession = 10, streamsPerAddress = 500, streams = 10_000 } = options
  for (const [name, count] of Object.entries({ streamsPerSession, streamsPerAddress, streams })) {
    if (!Number.isSafeInteger(count) || count < 0)
      throw new TypeError(`limits.${name} ${count} must be a whole number from 0`)
  }
  const taken = new Map<string, number>()
  let all = 0
  const add = (key: string, change: number) => {
    const count = (taken.get(key) ?? 0) + change
    if (count > 0) taken.set(key, count)
    else taken.delete(key)
  }
  return {
    take(session, address) {
      const own: [key: string, most: number][] = [[`session ${session}`, streamsPerSession]]
      if (address !== undefined) own.push([`address ${addressKey(address)}`, streamsPerAddress])
      if (all >= streams || own.some(([key, most]) => (taken.get(key) ?? 0) >= most))
        throw new DogearError('rate_limited', 'There are too many open streams.', { retryAfterMs })
      for (const [key] of own) add(key, 1)
      all += 1
      let left = false
      return () => {
        if (left) return
        left = true
        all -= 1
        for (const [key] of own) add(key, -1)
      }
    },
    size: () => all,
  }
}
