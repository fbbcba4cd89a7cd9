// A limit on sessions per second, so that a sweep leaves a busy store to the people who use it.

import { sleep } from '../../time.ts'

/** Makes a function that waits until `count` more sessions fit into the limit. It saves up a second of unused time. */
export function createPace(perSecond: number): (count: number) => Promise<void> {
  let until = performance.now()
  return async (count) => {
    const now = performance.now()
    until = Math.max(until, now - 1000) + (count * 1000) / perSecond
    if (until > now) await sleep(until - now, undefined, { holds: true })
  }
}
