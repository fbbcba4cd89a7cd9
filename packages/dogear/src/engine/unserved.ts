// The sessions a worker claimed but cannot serve: given back at once, then put off for longer each time.

import { type DogearErrorCode, isDogearError } from '../errors.ts'
import type { Due, SessionId } from '../store/store.ts'
import type { Engine } from './contract.ts'

export type Unserved = {
  /** The sessions to pass over now, so that a worker that knows their flow can have them. */
  passedOver(): ReadonlySet<SessionId>
  /** Decides about a claim that ended with `error`. Never rejects. */
  refused(due: Due, error: unknown): Promise<void>
}

export type UnservedOptions = {
  engine: Pick<Engine, 'store' | 'now'>
  leaseMs: number
  idleMs: number
  onError: (error: unknown) => void
}

const mostPassedOver = 1_000
const shortestMs = 1_000
const longestMs = 15 * 60_000
const repeatMs = 60_000

/** Another process can do nothing about these. Their claim ends by itself, or has ended. */
const passing: ReadonlySet<DogearErrorCode> = new Set(['store_unavailable', 'conflict', 'rate_limited', 'session_gone'])

/** Expected in a deploy, and the same for every session of a flow, so that one report in a while says it all. */
const otherFleet: ReadonlySet<DogearErrorCode> = new Set(['unknown_flow', 'newer_version'])

/**
 * A session that cannot be served is given back at once, and this worker passes over it for three idle pauses: any
 * worker that can serve it looks at the agenda in that time. A session that is claimed here once more was wanted by
 * nobody. It is put off for as long as it is overdue already, between a second and 15 minutes: that is longer each
 * time, without a count that would have to be kept.
 */
export function createUnserved({ engine, leaseMs, idleMs, onError }: UnservedOptions): Unserved {
  /** The sessions given back, the oldest first: with which deadline, and until when they are passed over. */
  const givenBack = new Map<SessionId, { dueAt: number; until: number }>()
  const reported = new Map<string, number>()

  function forgetOldest(now: number): boolean {
    const [oldest] = givenBack
    return oldest !== undefined && oldest[1].until <= now && givenBack.delete(oldest[0])
  }

  /** The time at which the session can be claimed again. */
  function nextAt({ id, dueAt, leaseUntil }: Due): number {
    const [now, claimedAt] = [engine.now(), leaseUntil - leaseMs]
    const before = givenBack.get(id)
    givenBack.delete(id)
    const full = givenBack.size >= mostPassedOver && !forgetOldest(now)
    if (full || before?.dueAt === dueAt) {
      return claimedAt + Math.min(longestMs, Math.max(shortestMs, claimedAt - dueAt))
    }
    givenBack.set(id, { dueAt, until: now + 3 * idleMs })
    return claimedAt
  }

  function report(error: unknown): void {
    if (isDogearError(error) && otherFleet.has(error.code)) {
      const now = engine.now()
      const before = reported.get(error.message)
      if (before !== undefined && now - before < repeatMs) return
      reported.set(error.message, now)
    }
    onError(error)
  }

  return {
    passedOver() {
      const now = engine.now()
      return new Set([...givenBack].filter(([, { until }]) => until > now).map(([id]) => id))
    },
    async refused(due, error) {
      report(error)
      if (isDogearError(error) && passing.has(error.code)) return
      // A claim that cannot be given back ends with its lease.
      await engine.store.defer(due.id, nextAt(due), due.leaseUntil).catch(onError)
    },
  }
}
