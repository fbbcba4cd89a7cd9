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

/**
 * When a session used at `now` ends, if it owes nothing: idle and absolute limit, whichever comes first. One that is
 * `new` ends sooner, after the time for a beginning: anything could have made it.
 */
export function expiryAt({ lifetime }: Flow, createdAt: number, now: number, isNew = false): number {
  const { firstMs, idleMs, absoluteMs } = lifetime
  return Math.min(now + (isNew ? Math.min(firstMs, idleMs) : idleMs), createdAt + absoluteMs)
}

/**
 * True while a session has nothing but its beginning: one thing that one browser sent, which may have been a program
 * or a browser that keeps no cookie. The second thing a person does with its cookie is progress, be it a field that
 * is saved; so is an effect, the end of the flow, an owner.
 */
export const isNew = ({ revision, effects, owner }: UnsavedRecord, status: string): boolean =>
  revision === 0 && effects.length === 0 && owner === null && status === 'active'

const day = 86_400_000
/** How much longer the store keeps a session that owes something, for the case that no process is up to see to it. */
const graceMs = 30 * day

/**
 * The end of a session after a turn at `now`: not before its timers are due. `used`: a person took the turn; `isNew`:
 * it was the first. Anything that came after the session's time can still be seen for a day, or for the idle time if
 * that is shorter.
 */
export function expiryAfter(
  flow: Flow,
  record: Pick<UnsavedRecord, 'createdAt' | 'expiresAt'> & Owing,
  { now, used, isNew = false }: { now: number; used: boolean; isNew?: boolean },
): number {
  const { createdAt, expiresAt, timers } = record
  const own = used ? expiryAt(flow, createdAt, now, isNew) : expiresAt
  const seen = now + Math.min(flow.lifetime.idleMs, day)
  const late = expiresAt <= now ? seen : Math.min(expiresAt, seen)
  return Math.max(own, late, ...waiting(timers).map(({ dueAt }) => dueAt))
}

/** How long the store has to keep the record from `now` on. */
export const keptMs = (record: Pick<SessionRecord, 'expiresAt'> & Owing, now: number): number =>
  Math.max(1, record.expiresAt - now) + (owes(record) ? graceMs : 0)
