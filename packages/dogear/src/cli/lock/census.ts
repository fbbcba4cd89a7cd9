// A census: sessions counted by their state. It holds no ids or answers.

import { same } from '../../plain-data.ts'
import { pending } from '../../turn/effects.ts'
import { waiting } from '../../turn/timers.ts'
import { valueText } from '../../turn/trail.ts'
import { countCondition, type FlowCount, type Known } from '../condition.ts'
import type { FoundSession } from '../sweep/every-session.ts'

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
 * `takenAt` is the store's clock in milliseconds. `sessions` includes those that are `unreadable` and those that a
 * `newer` release of Dogear has written, of which nothing more is known; a newer version of a flow is in `flows`.
 */
export type Census = {
  format: 1
  store: string
  takenAt: number
  sessions: number
  unreadable: number
  newer: number
  flows: FlowCount[]
  counts: Count[]
}

export const emptyCensus = ({ store, takenAt }: { store: string; takenAt: number }): Census => ({
  ...{ format: 1, store, takenAt, sessions: 0, unreadable: 0, newer: 0 },
  flows: [],
  counts: [],
})

/** Adds one session to a census. */
export function addSession(census: Census, session: FoundSession, known: Known): void {
  census.sessions++
  if (session.kind !== 'record') {
    census[session.kind]++
    return
  }
  countCondition(census.flows, session.record, known)
  const { flow, version, snapshot, timers, effects } = session.record
  const place = {
    flow,
    version,
    state: valueText(snapshot.value),
    timers: ids(waiting(timers)),
    effects: ids(pending(effects)),
  }
  const counted = census.counts.find(({ count: _, ...other }) => same(other, place))
  if (counted) counted.count++
  else census.counts.push({ ...place, count: 1 })
}

const ids = (list: readonly { id: string }[]): string[] => list.map(({ id }) => id).sort()
