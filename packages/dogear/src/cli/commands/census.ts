// `dogear census`: how many people are where, without a word of what they entered.

import { writeFile } from 'node:fs/promises'
import type { Config } from '../define-config.ts'
import { everySession } from '../every-session.ts'
import { type Census, type Count, emptyCensus, noteSession } from '../lock/census.ts'
import { clean, type Output, table } from '../output.ts'
import { paceOf } from '../pace.ts'
import { createProgress } from '../progress.ts'

export type CensusOptions = { out?: string; batch: number; rate: number }

/** Counts every live session by flow, version, state, and what it waits for. Reads and never writes. Resolves to the exit code, 0. */
export async function takeCensus(
  { store, codec }: Config,
  { out: file, batch, rate }: CensusOptions,
  { out, terminal }: { out: Output; terminal: boolean },
): Promise<number> {
  const census = emptyCensus({ store: store.name, takenAt: await store.now() })
  const bar = createProgress('census', out, terminal)
  for await (const { sessions, done } of everySession(store, { codec, batch, pace: paceOf(rate) })) {
    for (const session of sessions) noteSession(census, session)
    bar.at(done, `${census.sessions} sessions`)
  }
  bar.end(`${census.sessions} sessions counted`)
  if (file !== undefined) await writeFile(file, `${JSON.stringify(census, null, 2)}\n`)
  if (out.json) out.document(census)
  else for (const line of lines(census, out)) out.line(line)
  return 0
}

function lines(census: Census, { colors }: Output): string[] {
  const rows = census.counts.map((count) => [
    String(count.count),
    `${count.flow} ${count.version}`,
    clean(count.state),
    waits(count),
  ])
  const [head, ...rest] = table([['sessions', 'flow', 'state', 'waits for'], ...rows])
  return [
    `${census.sessions} sessions in the ${census.store} store`,
    ...(rows.length > 0 ? [colors.dim(head ?? ''), ...rest] : []),
    ...(census.unreadable > 0 ? [colors.red(`  ${census.unreadable} unreadable; they are kept as they are`)] : []),
    ...(census.newer > 0
      ? [colors.yellow(`  ${census.newer} written by a newer release; they are kept as they are`)]
      : []),
  ]
}

const waits = ({ timers, effects }: Count): string => [...timers, ...effects].map(clean).join(', ') || 'nothing'
