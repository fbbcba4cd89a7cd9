// `dogear census`: counts live sessions by flow, version, state, effect.

import { writeFile } from 'node:fs/promises'
import type { Command } from '../command.ts'
import { everySession } from '../every-session.ts'
import { type Census, type Count, emptyCensus, noteSession } from '../lock/census.ts'
import { clean, type Output, table } from '../output.ts'
import { paceOf } from '../pace.ts'
import { createProgress } from '../progress.ts'

/** Shows only counts: no ids, nothing that somebody entered. */
export const census: Command<{ out?: string; batch: number; rate: number }> = {
  name: 'census',
  summary: 'Count live sessions by flow, version, state, and what they wait for. Reads only.',
  options: [
    { flags: '--out <file>', text: 'also write the census to a file, for "dogear check --census"' },
    { flags: '--batch <n>', text: 'sessions read at a time', count: 200 },
    { flags: '--rate <n>', text: 'most sessions read per second', count: 5000 },
  ],
  async run({ engine }, { out: file, batch, rate }, { out, terminal }) {
    const { store, codec } = engine
    const census = emptyCensus({ store: store.name, takenAt: await store.now() })
    const bar = createProgress('census', out, { terminal })
    for await (const { sessions, done } of everySession(store, { codec, batch, pace: paceOf(rate) })) {
      for (const session of sessions) noteSession(census, session)
      bar.at(done, `${census.sessions} sessions`)
    }
    bar.end(`${census.sessions} sessions counted`)
    if (file !== undefined) await writeFile(file, `${JSON.stringify(census, null, 2)}\n`)
    if (out.json) out.document(census)
    else for (const line of lines(census, out)) out.line(line)
    return 0
  },
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
