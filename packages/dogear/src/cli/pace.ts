// A limit on sessions per second, so that a sweep leaves a busy store to the people who use it.

import { sleep } from '../time.ts'

/** `perSecond` is the limit; `until` is when the work done so far has used up its time (by `performance.now`). */
export type Pace = { perSecond: number; until: number }

export const paceOf = (perSecond: number): Pace => ({ perSecond, until: performance.now() })

/** Waits until `count` more sessions fit into the pace. Time that was not used is not saved up. */
export async function keepPace(pace: Pace, count: number): Promise<void> {
  const now = performance.now()
  pace.until = Math.max(pace.until, now - 1000) + (count * 1000) / pace.perSecond
  const waitMs = pace.until - now
  if (waitMs > 0) await sleep(waitMs, undefined, { holds: true })
}
