// The condition of sessions by flow: known to this build or not, with something overdue or not.

import type { Flow } from '../flow/define.ts'
import { policyOf } from '../flow/policy.ts'
import { pending } from '../turn/effects.ts'
import type { SessionRecord } from '../turn/record.ts'
import { waiting } from '../turn/timers.ts'
import { clean, type Output, titledTable } from './output.ts'

/** `retired`: this build has no such flow. `newer`: of a later version than it has. */
export type Age = 'current' | 'older' | 'newer' | 'retired'

/**
 * Sessions of a version of a flow. `overdue` have a timer whose time has passed, `abandoned` an effect whose lease has
 * ended, which no process can be at any more.
 */
export type FlowCount = {
  flow: string
  version: number
  age: Age
  sessions: number
  overdue: number
  abandoned: number
}

export type Known = { flows: ReadonlyMap<string, Flow>; now: number }

/** For so long after its time, something is under way: workers look twice a second, and may have much to do. */
const graceMs = 10_000

export function ageOf({ flow: id, version }: SessionRecord, flows: ReadonlyMap<string, Flow>): Age {
  const flow = flows.get(id)
  if (!flow) return 'retired'
  return version === flow.version ? 'current' : version < flow.version ? 'older' : 'newer'
}

/** True if an effect waits for a process whose attempt must have ended, as it may not take longer. */
function isAbandoned({ effects, flow: id }: SessionRecord, { flows, now }: Known): boolean {
  const flow = flows.get(id)
  const longest = (src: string) => (flow ? policyOf(flow, src).timeoutMs : 0)
  return pending(effects).some(({ leaseUntil, src, result }) => !result && leaseUntil + longest(src) < now - graceMs)
}

/** Adds a session to the counts. */
export function countCondition(counts: FlowCount[], record: SessionRecord, known: Known): void {
  const { flow, version } = record
  let count = counts.find((one) => one.flow === flow && one.version === version)
  if (!count) {
    count = { flow, version, age: ageOf(record, known.flows), sessions: 0, overdue: 0, abandoned: 0 }
    counts.push(count)
  }
  count.sessions++
  if (waiting(record.timers).some(({ dueAt }) => dueAt < known.now - graceMs)) count.overdue++
  if (isAbandoned(record, known)) count.abandoned++
}

const meanings: Readonly<Record<Age, string>> = {
  current: 'this build has it',
  older: 'this build migrates it',
  newer: 'newer than this build',
  retired: 'this build has no such flow',
}

/** The counts as a table. */
export function conditionLines(counts: readonly FlowCount[], { colors }: Pick<Output, 'colors'>): string[] {
  const rows = [...counts]
    .sort((a, b) => a.flow.localeCompare(b.flow) || a.version - b.version)
    .map(({ flow, version, age, sessions, overdue, abandoned }) =>
      [sessions, clean(`${flow} ${version}`), meanings[age], overdue, abandoned].map(String),
    )
  return titledTable(['sessions', 'flow', '', 'overdue', 'lease ended'], rows, colors)
}
