// A census: sessions counted by their state. It holds no id, nothing anyone entered.

import { pending } from '../../turn/effects.ts'
import { waiting } from '../../turn/timers.ts'
import { valueText } from '../../turn/trail.ts'
import type { FoundSession } from '../every-session.ts'

/** Sessions of one flow and version in one state, waiting for the same timers and effects. */
export type Count = {
  flow: string
  version: number
  state: string
  timers: readonly string[]
  effects: readonly string[]
  count: number
}

/**
 * `takenAt` is the store's clock in milliseconds. `sessions` counts all of them, also the `unreadable` and the `newer`
 * ones.
 */
export type Census = {
  format: 1
  store: string
  takenAt: number
  sessions: number
  unreadable: number
  newer: number
  counts: Count[]
}

export const emptyCensus = ({ store, takenAt }: { store: string; takenAt: number }): Census => ({
  ...{ format: 1, store, takenAt, sessions: 0, unreadable: 0, newer: 0 },
  counts: [],
})

/** Adds one session to a census. */
export function noteSession(census: Census, session: FoundSession): void {
  census.sessions++
  if (session.kind !== 'record') {
    census[session.kind]++
    return
  }
  const { flow, version, snapshot, timers, effects } = session.record
  const own = {
    ...{ flow, version, state: valueText(snapshot.value) },
    timers: waiting(timers)
      .map(({ id }) => id)
      .sort(),
    effects: pending(effects)
      .map(({ id }) => id)
      .sort(),
  }
  const known = census.counts.find((count) => samePlace(count, own))
  if (known) known.count++
  else census.counts.push({ ...own, count: 1 })
}

const samePlace = (a: Omit<Count, 'count'>, b: Omit<Count, 'count'>): boolean =>
  a.flow === b.flow &&
  a.version === b.version &&
  a.state === b.state &&
  String(a.timers) === String(b.timers) &&
  String(a.effects) === String(b.effects)
