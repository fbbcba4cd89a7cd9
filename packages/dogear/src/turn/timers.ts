// Timers as data: armed or cancelled by a step of the machine, fired in deadline order.

import type { Ask } from '../flow/asks.ts'
import type { Live } from '../flow/nodes.ts'
import type { SessionRecord, Timer } from './record.ts'

/** The timers after `asks`, which happened at `at`; timers of a finished machine are dropped. */
export function armTimers(
  timers: readonly Timer[],
  { live, asks, at, generation }: { live: Live; asks: readonly Ask[]; at: number; generation: number },
): readonly Timer[] {
  if (live.status !== 'active') return []
  let armed = timers
  for (const ask of asks) {
    if (ask.kind === 'cancel')
      armed = armed.flatMap((timer) => (timer.id !== ask.id ? timer : isAfter(timer) ? over(timer) : []))
    // Entering a state again without leaving it (by a history target, say) leaves its `after` running.
    if (ask.kind === 'timer' && !armed.some((timer) => timer.id === ask.id && isAfter(timer) && !timer.fired)) {
      const timer = { id: ask.id, generation, event: ask.event, dueAt: deadline(at, ask.delayMs) }
      armed = [...armed.filter((other) => other.id !== ask.id), timer]
    }
  }
  return armed
}

/** The latest time there is (ECMAScript, Time Values). */
const endOfTime = 8.64e15

/** In whole milliseconds, never before `delayMs` have passed. */
const deadline = (at: number, delayMs: number): number => Math.min(endOfTime, Math.ceil(at + delayMs))

/** A timer that will not go off, kept as long as its state is active so that it is not armed again. */
export const over = (timer: Timer): Timer => ({ ...timer, fired: true })

/** True if a timer belongs to a state's `after`, and not to an action. */
export const isAfter = (timer: Timer): boolean => timer.event.type.startsWith('xstate.after.')

/** The waiting timer with the earliest deadline at or before `now`; of equal ones the first in the list. */
export function nextDue(timers: readonly Timer[], now: number): Timer | undefined {
  let first: Timer | undefined
  for (const timer of timers)
    if (isWaiting(timer) && timer.dueAt <= now && !(first && first.dueAt <= timer.dueAt)) first = timer
  return first
}

const isWaiting = ({ fired, aside }: Timer): boolean => !fired && !aside

/** Timers that have not gone off yet, and will. */
export const waiting = (timers: readonly Timer[]): Timer[] => timers.filter(isWaiting)

/** A timer the machine threw at, as it is kept. */
export const setAside = (timer: Timer): Timer => ({ ...timer, aside: true })

/** The timers that were set aside, to be tried again by a new version of the flow. */
export const resumed = (timers: readonly Timer[]): Timer[] => timers.map(({ aside: _, ...timer }) => timer)

/** The time at which a worker must wake the session: its next deadline or the end of an effect's lease. */
export function dueAt({ timers, effects }: SessionRecord): number | undefined {
  const leases = effects.filter((effect) => !effect.settled).map((effect) => effect.leaseUntil)
  const deadlines = [...waiting(timers).map((timer) => timer.dueAt), ...leases]
  return deadlines.length > 0 ? Math.min(...deadlines) : undefined
}

/**
 * The time to look again at a session in which nothing is to be done at `now`: at its next deadline, and after a third
 * of `leaseMs` while another process works on an effect. It may die, and the lease would then run out.
 */
export function lookAgainAt(
  { timers, effects }: Pick<SessionRecord, 'timers' | 'effects'>,
  { now, leaseMs }: { now: number; leaseMs: number },
): number {
  const deadlines = waiting(timers).map((timer) => timer.dueAt)
  const awaits = effects.some((effect) => !effect.settled)
  return Math.min(now + (awaits ? leaseMs / 3 : leaseMs), ...deadlines.filter((at) => at > now))
}
