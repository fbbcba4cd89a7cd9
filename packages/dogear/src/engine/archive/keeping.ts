// How long a record stays in the fast store once it is archived.

import type { Flow } from '../../flow/define.ts'

const usualHotMs = 30 * 60_000
/** A session that owes something so soon stays: a worker finds it where it looks first. */
const soonMs = 3_600_000
/** And for so long after its time, as workers may be late. */
const lateMs = 10 * 60_000

/** The time in milliseconds. `dueAt` is that of the session on the agenda, `now` the store's clock. */
export function keepMs(flow: Flow | undefined, dueAt: number | undefined, now: number): number {
  const hotMs = flow?.lifetime.hotMs ?? usualHotMs
  const untilDue = (dueAt ?? Number.POSITIVE_INFINITY) - now
  return untilDue <= soonMs ? Math.max(hotMs, untilDue + lateMs) : hotMs
}
