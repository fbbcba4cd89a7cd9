// The lateness of every timer, read from the stored versions: each fired once and not early.

import type { Written } from '../append-only-file.ts'
import { groupBy } from '../group-by.ts'
import type { Violation } from '../history.ts'
import { checkStorage, committedAt, decodeAll } from '../replay.ts'

/**
 * How late each timer fired by Redis's clock, in milliseconds; those due before `startedAt`, when workers came up,
 * count from there. Those due from `farFrom` on are to stay as they are.
 */
export function lateness(written: readonly Written[], { startedAt, farFrom }: { startedAt: number; farFrom: number }) {
  const violations: Violation[] = []
  const lateMs: number[] = []
  let stayed = 0
  for (const [session, stored] of groupBy(written, (one) => one.session)) {
    const chain = decodeAll(stored)
    const [first, second, ...more] = chain
    const dueAt = first?.record.timers[0]?.dueAt ?? Number.NaN
    violations.push(...chain.flatMap((one) => checkStorage(one, 60_000)))
    const say = (detail: string) => violations.push({ rule: 'timer', session, detail })
    if (dueAt >= farFrom) {
      stayed++
      if (second) say('fired a month early')
      continue
    }
    if (!second) say('never fired')
    else if (more.length > 0 || second.record.snapshot.value !== 'expired')
      say(`was written ${chain.length} times and is at "${second.record.snapshot.value}"`)
    else {
      const at = committedAt(second)
      // The expiry Redis keeps is rounded up to a whole millisecond.
      if (at < dueAt - 1) say(`fired ${dueAt - at} ms early`)
      lateMs.push(Math.max(0, at - Math.max(dueAt, startedAt)))
    }
  }
  return { violations, lateMs, stayed }
}
