// The checks that the doctors of all stores share.

import type { Check, Lag, SessionId } from './store.ts'

const offMs = 1000
const lateMs = 10_000
const mostLagMs = 60_000

export const ok = (name: string, detail: string): Check => ({ name, status: 'ok', detail })
export const warn = (name: string, detail: string, advice: string): Check => ({ name, status: 'warn', detail, advice })
export const fail = (name: string, detail: string, advice: string): Check => ({ name, status: 'fail', detail, advice })

/** The service answered after `ms` milliseconds. */
export const reachable = (ms: number): Check => ok('reachable', `answers in ${ms.toFixed(1)} ms`)

/** The service did not answer, for this `reason`. */
export function unreachable(reason: string): Check {
  const advice = 'check address, credentials and network; until it answers, sessions can be neither read nor written'
  return fail('reachable', `no answer: ${reason}`, advice)
}

/** Judges the `time` of a `service` that was asked at `sentAt` by this machine's clock; all in milliseconds. */
export function clock(
  service: string,
  time: number,
  { sentAt, answeredAt }: { sentAt: number; answeredAt: number },
): Check {
  const doubt = (answeredAt - sentAt) / 2
  const offset = time - sentAt - doubt
  const where = offset < 0 ? 'behind' : 'ahead of'
  const detail = `${Math.abs(Math.round(offset))} ms ${where} this machine, give or take ${Math.ceil(doubt) + 1} ms`
  if (Math.abs(offset) <= offMs + doubt) return ok('clock', detail)
  return warn('clock', detail, `synchronise both machines; deadlines go by the clock of ${service}`)
}

/**
 * `lagMs` is the time since the earliest deadline of the `size` scheduled sessions, claimed or not; negative if it has
 * not come. `oldest` is the session with that deadline.
 */
export function agenda(size: number, lagMs: number, oldest?: SessionId): Check {
  const overdue = lagMs <= 0 ? 'none overdue' : `the oldest overdue for ${(lagMs / 1000).toFixed(1)} s`
  const detail = `${size} scheduled, ${overdue}`
  if (lagMs < lateMs) return ok('agenda', detail)
  const start = 'start a worker (dogear worker), or more of them'
  const look = oldest === undefined ? '' : `; if enough are running, see what keeps it: dogear show ${oldest}`
  return warn('agenda', detail, `${start}${look}`)
}

/** The backlog of an archive: a commit that waits for long would be lost with the fast store. */
export function backlog({ sessions, oldestMs }: Lag): Check {
  const waits = sessions === 0 ? 'nothing waits' : `${sessions} wait, the oldest for ${(oldestMs / 1000).toFixed(1)} s`
  if (oldestMs < mostLagMs) return ok('backlog', waits)
  const advice = 'start a worker (dogear worker), or see why the database of the archive is slow or away'
  return warn('backlog', `${waits}: that much would be lost with the fast store`, advice)
}

export const unseenBacklog: Check = warn('backlog', 'could not look', 'make the fast store answer first')
