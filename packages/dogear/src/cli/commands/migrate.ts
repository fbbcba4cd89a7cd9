// `dogear migrate`: rewrites sessions of earlier versions now instead of with their next turn.

import { readFile, rm, writeFile } from 'node:fs/promises'
import { tagOf } from '../../engine/access.ts'
import type { Engine } from '../../engine/engine.ts'
import { isDogearError } from '../../errors.ts'
import { open } from '../../turn/open.ts'
import { valueText } from '../../turn/trail.ts'
import type { Command, Context } from '../command.ts'
import type { Config } from '../define-config.ts'
import { everySession, type FoundSession } from '../every-session.ts'
import { clean, errorLine, type Output, table } from '../output.ts'
import { createProgress } from '../progress.ts'

type MigrateOptions = { write?: boolean; rate: number; batch: number; resume?: string }

/** `failed` are sessions no migration could lift. They stay as they are; their ids are printed for `dogear show`. */
type Summary = {
  written: boolean
  sessions: number
  current: number
  migrated: number
  unreadable: number
  newer: number
  foreign: number
  paths: Record<string, number>
  failed: { session: string; reference: string; reason: string }[]
}

const maxFailures = 20

/** A dry run unless `write`. Exit code 1 if a session could not be migrated or read, or if a signal stopped it. */
export const migrate: Command<MigrateOptions> = {
  name: 'migrate',
  summary: 'Lift sessions of earlier versions now instead of with their next turn. A dry run unless --write.',
  options: [
    { flags: '--write', text: 'write them; builds that do not know the version can then not read them' },
    { flags: '--rate <n>', text: 'most sessions per second', count: 200 },
    { flags: '--batch <n>', text: 'sessions read at a time', count: 100 },
    { flags: '--resume <file>', text: 'keep the position of the sweep in a file, and go on from it' },
  ],
  run: sweep,
}

async function sweep(
  { engine }: Config,
  { write = false, rate, batch, resume }: MigrateOptions,
  { out, terminal, stopped }: Context,
): Promise<number> {
  const summary: Summary = {
    ...{ written: write, sessions: 0, current: 0, migrated: 0, unreadable: 0, newer: 0, foreign: 0 },
    ...{ paths: {}, failed: [] },
  }
  let reason: string | undefined
  void stopped().then((why) => {
    reason = why
  })
  const cursor = resume === undefined ? undefined : await readFile(resume, 'utf8').catch(() => undefined)
  const bar = createProgress(write ? 'migrate' : 'migrate (dry run)', out, { terminal })
  for await (const found of everySession(engine, { batch, rate, cursor })) {
    for (const session of found.sessions) await one(engine, session, summary, write)
    if (resume !== undefined && found.cursor !== undefined) await writeFile(resume, found.cursor)
    bar.at(found.done, `${summary.sessions} sessions, ${summary.migrated} ${write ? 'migrated' : 'to migrate'}`)
    if (reason !== undefined) break
  }
  if (resume !== undefined && reason === undefined) await rm(resume, { force: true })
  bar.end(reason === undefined ? 'done' : `stopped by ${reason}: run it again to go on`)
  out.result({ ...summary, stopped: reason ?? null }, lines(summary, out))
  return summary.failed.length + summary.unreadable > 0 || reason !== undefined ? 1 : 0
}

async function one(engine: Engine, session: FoundSession, summary: Summary, write: boolean): Promise<void> {
  summary.sessions++
  if (session.kind !== 'record') {
    summary[session.kind]++
    return
  }
  const { id, record } = session
  const flow = engine.flows.get(record.flow)
  if (!flow) summary.foreign++
  else if (record.version === flow.version) summary.current++
  else if (record.version > flow.version) summary.newer++
  else {
    try {
      const { live } = open(flow, record, engine.now())
      if (write) await engine.wake(id, 0)
      summary.migrated++
      const from = `${flow.id} ${record.version}: ${valueText(record.snapshot.value)}`
      const path = `${from} → ${flow.version}: ${valueText(live.value)}`
      summary.paths[path] = (summary.paths[path] ?? 0) + 1
    } catch (error) {
      if (isDogearError(error) && error.code === 'store_unavailable') throw error
      summary.failed.push({ session: id, reference: tagOf(id), reason: errorLine(error) })
    }
  }
}

function lines({ written, paths, failed, ...counts }: Summary, { colors }: Output): string[] {
  const { sessions, current, migrated, unreadable, newer, foreign } = counts
  const rows = Object.entries(paths).map(([path, count]) => [String(count), clean(path)])
  const rest = [
    [current, 'are of the current version'],
    [newer, 'are of a newer version than this build knows'],
    [foreign, 'are of flows this config does not have'],
    [unreadable, 'cannot be read and are kept as they are'],
    [failed.length, 'cannot be migrated and are kept as they are'],
  ] as const
  const done = written ? 'were migrated' : 'would be migrated (nothing was written: use --write)'
  return [
    `${migrated} of ${sessions} sessions ${done}`,
    ...(rows.length > 0 ? table(rows) : []),
    ...rest.filter(([count]) => count > 0).map(([count, text]) => `  ${count} ${text}`),
    ...failed
      .slice(0, maxFailures)
      .map(({ session, reference, reason }) => colors.red(`  ${session}  (${reference})  ${clean(reason)}`)),
    ...(failed.length > maxFailures ? [`  … and ${failed.length - maxFailures} more`] : []),
  ]
}
