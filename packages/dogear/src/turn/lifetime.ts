// The time a session lives: within its limits, but always until everything it owes is done.

import type { Flow } from '../flow/define.ts'
import { pending } from './effects.ts'
import type { SessionRecord, UnsavedRecord } from './record.ts'
import { waiting } from './timers.ts'

type Owing = Pick<UnsavedRecord, 'timers' | 'effects'>

/** True if a timer has still to go off, or an effect to end. */
export const owes = ({ timers, effects }: Owing): boolean => waiting(timers).length > 0 || pending(effects).length > 0

/** True if the time of a session with no overdue timers is up. One that owes something goes on. */
export const isSpent = (record: Pick<UnsavedRecord, 'expiresAt'> & Owing, now: number): boolean =>
  now >= record.expiresAt && !owes(record)

/** When a session used at `now` ends, if it owes nothing: idle and absolute limit, whichever comes first. */
export function expiryAt(flow: Flow, createdAt: number, now: number): number {
  return Math.min(now + flow.lifetime.idleMs, createdAt + flow.lifetime.absoluteMs)
}

const day = 86_400_000
/** How much longer the store keeps a session that owes something, for the case that no process is up to see to it. */
const graceMs = 30 * day

/**
 * The end of a session after a turn at `now`: not before its timers are due. `used`: a person took the turn. Anything
 * that came after the session's time can still be seen for a day, or for the idle time if that is shorter.
 */
export function expiryAfter(
  flow: Flow,
  record: Pick<UnsavedRecord, 'createdAt' | 'expiresAt'> & Owing,
  { now, used }: { now: number; used: boolean },
): number {
  const { createdAt, expiresAt, timers } = record
  const own = used ? expiryAt(flow, createdAt, now) : expiresAt
  const seen = now + Math.min(flow.lifetime.idleMs, day)
  const late = expiresAt <= now ? seen : Math.min(expiresAt, seen)
  return Math.max(own, late, ...waiting(timers).map(({ dueAt }) => dueAt))
}

/** How long the store has to keep the record from `now` on. */
export const keptMs = (record: Pick<SessionRecord, 'expiresAt'> & Owing, now: number): number =>
  Math.max(1, record.expiresAt - now) + (owes(record) ? graceMs : 0)
