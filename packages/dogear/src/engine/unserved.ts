// The sessions a worker claimed but cannot serve: given back at once, passed over for longer each time.

import { type DogearErrorCode, isDogearError } from '../errors.ts'
import type { Due, SessionId } from '../store/store.ts'

export type Unserved = {
  /** The sessions to pass over now, so that a worker that knows their flow can have them. */
  passedOver(): ReadonlySet<SessionId>
  /** Decides about a claim that ended with `error`. Never rejects. */
  refused(due: Due, error: unknown): Promise<void>
}

export type UnservedOptions = {
  now: () => number
  /** Makes the session claimable again from `at` on. Never rejects. */
  giveBack: (due: Due, at: number) => Promise<unknown>
  leaseMs: number
  idleMs: number
  onError: (error: unknown) => void
}

const mostPassedOver = 1_000
const shortestPutOffMs = 1_000
/** For so long after its time, a session is only passed over: any worker that knows its flow has had the chance. */
const freshMs = 10_000
/** Sessions put off within `waveMs` come back spread over so much time each. */
const apartMs = 10
const waveMs = 10_000
const longestMs = 15 * 60_000
const repeatMs = 60_000

/** A session that was given back: with which deadline, until when it is passed over, and for how long that was. */
type GivenBack = { dueAt: number; until: number; forMs: number }

/** Another process can do nothing about these. Their claim ends by itself, or has ended. */
const passing: ReadonlySet<DogearErrorCode> = new Set(['store_unavailable', 'conflict', 'rate_limited', 'session_gone'])

/** Expected in a deploy, and the same for every session of a flow, so that one report in a while says it all. */
const otherFleet: ReadonlySet<DogearErrorCode> = new Set(['unknown_flow', 'newer_version'])

/**
 * A session that cannot be served is given back at once, to its place: any other worker can have it from then on. This
 * worker passes over it, for three idle pauses at first, for twice as long each time it is still there, for 15 minutes
 * in the end.
 *
 * A worker passes over a thousand sessions at most, so that a look at the agenda stays cheap. A further one takes the
 * place of the one that was given back first, if its time has only just come. If others have had the chance to serve
 * it, it is put off for everybody, for as long as it is overdue already, between a second and 15 minutes, and for
 * longer if there are many: else a worker would look at nothing but them.
 */
export function createUnserved({ now: clock, giveBack, leaseMs, idleMs, onError }: UnservedOptions): Unserved {
  const givenBack = new Map<SessionId, GivenBack>()
  const reported = new Map<string, number>()
  let wave = { since: 0, size: 0 }

  /** Makes room by forgetting sessions that are not passed over any more: most of them were served by others. */
  function hasRoom(now: number): boolean {
    if (givenBack.size < mostPassedOver) return true
    for (const [id, { until }] of givenBack) if (until <= now) givenBack.delete(id)
    return givenBack.size < mostPassedOver
  }

  /** The time at which the session can be claimed again. */
  function nextAt({ id, dueAt, leaseUntil }: Due): number {
    const [now, claimedAt] = [clock(), leaseUntil - leaseMs]
    const before = givenBack.get(id)
    if (!before && !hasRoom(now)) {
      const overdueMs = claimedAt - dueAt
      if (overdueMs >= freshMs) return claimedAt + Math.min(longestMs, Math.max(overdueMs, waitInWave(now)))
      for (const first of givenBack.keys()) {
        givenBack.delete(first)
        break
      }
    }
    const forMs = before?.dueAt === dueAt ? Math.min(longestMs, 2 * before.forMs) : 3 * idleMs
    givenBack.set(id, { dueAt, until: now + forMs, forMs })
    return dueAt
  }

  /** How long one more session has to wait, so that those put off together do not come back together. */
  function waitInWave(now: number): number {
    if (now - wave.since > waveMs) wave = { since: now, size: 0 }
    return shortestPutOffMs + apartMs * wave.size++
  }

  function report(error: unknown): void {
    if (isDogearError(error) && otherFleet.has(error.code)) {
      const now = clock()
      const before = reported.get(error.message)
      if (before !== undefined && now - before < repeatMs) return
      reported.set(error.message, now)
    }
    onError(error)
  }

  return {
    passedOver() {
      const now = clock()
      return new Set([...givenBack].filter(([, { until }]) => until > now).map(([id]) => id))
    },
    async refused(due, error) {
      report(error)
      if (isDogearError(error) && passing.has(error.code)) return
      await giveBack(due, nextAt(due))
    },
  }
}
