// Sessions told apart by the names of their flows: older, newer, retired, overdue, with an effect that nobody is at.

import { expect, it } from 'vitest'
import type { Flow } from '../flow/define.ts'
import type { Effect, SessionRecord, Timer } from '../turn/record.ts'
import { conditionLines, countCondition, type FlowCount } from './condition.ts'
import { createOutput } from './output.ts'

const now = 10_000_000
const minute = 60_000
const flow = { id: 'checkout', version: 2, effects: { charge: { timeout: '5 minutes' } } } as unknown as Flow
const known = { flows: new Map([['checkout', flow]]), now }

const timer = (dueAt: number, more: Partial<Timer> = {}): Timer => ({
  ...{ id: 'hold', generation: 1, event: { type: 'late' }, dueAt },
  ...more,
})
const effect = (leaseUntil: number, more: Partial<Effect> = {}): Effect => ({
  ...{ id: 'charge', effectId: 'x', generation: 1, src: 'charge', input: null, attempt: 1, leaseUntil },
  ...more,
})
const session = (more: Partial<SessionRecord> = {}): SessionRecord =>
  ({ flow: 'checkout', version: 2, timers: [], effects: [], ...more }) as unknown as SessionRecord

function counted(...records: SessionRecord[]): FlowCount[] {
  const counts: FlowCount[] = []
  for (const record of records) countCondition(counts, record, known)
  return counts
}

it.each<[string, Partial<SessionRecord>, Partial<FlowCount>]>([
  ['of the version of this build', {}, { age: 'current' }],
  ['of an earlier version', { version: 1 }, { age: 'older' }],
  ['of a newer version', { version: 3 }, { age: 'newer' }],
  ['of a flow that this build does not have', { flow: 'survey' }, { flow: 'survey', age: 'retired' }],
  ['whose timer has had its time', { timers: [timer(now - minute)] }, { overdue: 1 }],
  ['whose timer has its time in a moment, or had it just now', { timers: [timer(now - 500), timer(now + 1)] }, {}],
  ['whose timer went off', { timers: [timer(now - minute, { fired: true })] }, {}],
  ['with an effect that no process can be at', { effects: [effect(now - 6 * minute)] }, { abandoned: 1 }],
  ['with an effect that takes longer than its first lease', { effects: [effect(now - 4 * minute)] }, {}],
  ['with an effect that is over', { effects: [effect(now - 9 * minute, { settled: true })] }, {}],
])('counts a session %s', (_, record, expected) => {
  const nothing = { flow: 'checkout', version: record.version ?? 2, age: 'current', overdue: 0, abandoned: 0 }
  expect(counted(session(record))).toEqual([{ ...nothing, sessions: 1, ...expected }])
})

it('shows them by name, without what a name may do to a terminal', () => {
  const records = [
    session(),
    session(),
    session({ version: 1, timers: [timer(0)] }),
    session({ flow: 'sur\u001b[31mvey' }),
  ]
  const { colors } = createOutput({ json: false, color: false, stdout: () => {}, stderr: () => {} })
  expect(conditionLines(counted(...records), { colors })).toEqual([
    '  sessions  flow                                     overdue  lease ended',
    '  1         checkout 1  this build migrates it       1        0',
    '  2         checkout 2  this build has it            0        0',
    '  1         survey 2    this build has no such flow  0        0',
  ])
})
