// Counts in spans of time, in the memory of this process: no promise, no timer, bounded in memory.

import { LRUCache } from 'lru-cache'

/** Keys counted at once. Under a flood of keys the least used start anew, which only ever lets more through. */
const mostKeys = 20_000

export type Windows = {
  /** Counts one. The time in milliseconds until the next one may come, if this one was too many; else 0. */
  take(key: string): number
}

/** At most `points` per key in a span of `ms`, which begins with the first of them. */
export function createWindows(
  { points, ms }: { points: number; ms: number },
  now: () => number = () => performance.now(),
): Windows {
  // Bounded by size: `max` would take the memory of all of them at once, where a process starts.
  const counts = new LRUCache<string, { since: number; count: number }>({ maxSize: mostKeys, sizeCalculation: () => 1 })
  return {
    take(key) {
      const [at, window] = [now(), counts.get(key)]
      if (!window || at - window.since >= ms) {
        counts.set(key, { since: at, count: 1 })
        return 0
      }
      window.count += 1
      return window.count > points ? window.since + ms - at : 0
    },
  }
}
