// `dogear migrate`: rewrites sessions of earlier versions now instead of with their next turn.

import type { Engine } from '../../engine/engine.ts'
import { isDogearError } from '../../errors.ts'
import { open } from '../../turn/open.ts'
import { valueText } from '../../turn/trail.ts'
import type { Command } from '../command.ts'
import { ageOf, conditionLines, countCondition, type FlowCount } from '../condition.ts'
import { clean, errorLine, type Output, table } from '../output.ts'
import type { FoundSession } from '../sweep/every-session.ts'
import { resumeOption, sweep } from '../sweep/sweep.ts'
import { addTrouble, type Trouble, troubleLines } from '../sweep/trouble.ts'

type MigrateOptions = { write?: boolean; rate: number; batch: number; resume?: string }

/**
 * `failures` counts the sessions no migration could lift. They stay as they are; the ids of the first of them are in
 * `failed`, for `dogear show`. `newer` and `retired` are sessions that this build leaves alone; their names are in
 * `flows`.
 */
type Summary = {
  written: boolean
  sessions: number
  current: number
  migrated: number
  unreadable: number
  newer: number
  retired: number
  flows: FlowCount[]
  paths: Record<string, number>
  failures: number
  failed: Trouble[]
}

/** A dry run unless `write`. Exit code 1 if a session could not be migrated or read, or if a signal stopped it. */
export const migrate: Command<MigrateOptions> = {
  name: 'migrate',
  summary: 'Lift sessions of earlier versions now instead of with their next turn. A dry run unless --write.',
  options: [
    { flags: '--write', text: 'write them; builds that do not know the version can then not read them' },
    { flags: '--rate <n>', text: 'most sessions per second', count: 200 },
    { flags: '--batch <n>', text: 'sessions read at a time', count: 100 },
    resumeOption,
  ],
  async run({ engine }, { write = false, ...settings }, context) {
    const { out } = context
    const now = await engine.store.now()
    const swept = await sweep<Summary>(
      engine,
      settings,
      {
        command: write ? 'migrate --write' : 'migrate',
        title: write ? 'migrate' : 'migrate (dry run)',
        state: nothingYet(write),
        each: (session, summary) => one(engine, session, { summary, write, now }),
        told: ({ sessions, migrated }) => `${sessions} sessions, ${migrated} ${write ? 'migrated' : 'to migrate'}`,
      },
      context,
    )
    const { state: summary, stopped } = swept
    out.result({ ...summary, stopped }, lines(summary, out))
    return summary.failures + summary.unreadable > 0 || stopped !== null ? 1 : 0
  },
}

const nothingYet = (written: boolean): Summary => ({
  ...{ written, sessions: 0, current: 0, migrated: 0, unreadable: 0, newer: 0, retired: 0 },
  ...{ flows: [], paths: {}, failures: 0, failed: [] },
})

type Doing = { summary: Summary; write: boolean; now: number }

async function one(engine: Engine, session: FoundSession, { summary, write, now }: Doing): Promise<void> {
  summary.sessions++
  if (session.kind !== 'record') {
    summary[session.kind]++
    return
  }
  const { id, record } = session
  countCondition(summary.flows, record, { flows: engine.flows, now })
  const flow = engine.flows.get(record.flow)
  const age = ageOf(record, engine.flows)
  if (!flow || age !== 'older') {
    summary[age === 'older' ? 'retired' : age]++
    return
  }
  try {
    const { live } = open(flow, record, engine.now())
    if (write) await engine.wake(id, 0)
    summary.migrated++
    const from = `${flow.id} ${record.version}: ${valueText(record.snapshot.value)}`
    const path = `${from} → ${flow.version}: ${valueText(live.value)}`
    summary.paths[path] = (summary.paths[path] ?? 0) + 1
  } catch (error) {
    if (isDogearError(error) && error.code === 'store_unavailable') throw error
    summary.failures++
    addTrouble(summary.failed, id, errorLine(error))
  }
}

function lines({ written, paths, flows, failures, failed, ...counts }: Summary, { colors }: Output): string[] {
  const { sessions, current, migrated, unreadable, newer, retired } = counts
  const rows = Object.entries(paths).map(([path, count]) => [String(count), clean(path)])
  const rest = [
    [current, 'are of the current version'],
    [newer, 'are of a newer version than this build knows'],
    [retired, 'are of flows this config does not have'],
    [unreadable, 'cannot be read and are kept as they are'],
    [failures, 'cannot be migrated and are kept as they are'],
  ] as const
  const done = written ? 'were migrated' : 'would be migrated (nothing was written: use --write)'
  return [
    `${migrated} of ${sessions} sessions ${done}`,
    ...(rows.length > 0 ? table(rows) : []),
    ...rest.filter(([count]) => count > 0).map(([count, text]) => `  ${count} ${text}`),
    ...conditionLines(flows, { colors }),
    ...troubleLines(failed, failures).map(colors.red),
  ]
}
