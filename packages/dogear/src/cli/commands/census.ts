// `dogear census`: counts live sessions by flow, version, state, timers, effects.

import { writeFile } from 'node:fs/promises'
import type { Command } from '../command.ts'
import { everySession } from '../every-session.ts'
import { addSession, type Census, emptyCensus } from '../lock/census.ts'
import { clean, type Output, titledTable } from '../output.ts'
import { createProgress } from '../progress.ts'

/** Shows only counts: no ids, no answers. */
export const census: Command<{ out?: string; batch: number; rate: number }> = {
  name: 'census',
  summary: 'Count live sessions by flow, version, state, and what they wait for. Reads only.',
  options: [
    { flags: '--out <file>', text: 'also write the census to a file, for "dogear check --census"' },
    { flags: '--batch <n>', text: 'sessions read at a time', count: 200 },
    { flags: '--rate <n>', text: 'most sessions read per second', count: 5000 },
  ],
  async run({ engine }, { out: file, batch, rate }, { out, terminal }) {
    const { store } = engine
    const census = emptyCensus({ store: store.name, takenAt: await store.now() })
    const bar = createProgress('census', out, { terminal })
    for await (const { sessions, done } of everySession(engine, { batch, rate })) {
      for (const session of sessions) addSession(census, session)
      bar.at(done, `${census.sessions} sessions`)
    }
    bar.end(`${census.sessions} sessions counted`)
    if (file !== undefined) await writeFile(file, `${JSON.stringify(census, null, 2)}\n`)
    out.result(census, lines(census, out))
    return 0
  },
}

function lines(census: Census, { colors }: Output): string[] {
  const rows = census.counts.map(({ count, flow, version, state, timers, effects }) => {
    const waits = [...timers, ...effects].map(clean).join(', ') || 'nothing'
    return [String(count), `${flow} ${version}`, clean(state), waits]
  })
  const { sessions, store, unreadable, newer } = census
  const list = [`${sessions} sessions in the ${store} store`]
  list.push(...titledTable(['sessions', 'flow', 'state', 'waits for'], rows, colors))
  if (unreadable > 0) list.push(colors.red(`  ${unreadable} unreadable; they are kept as they are`))
  if (newer > 0) list.push(colors.yellow(`  ${newer} written by a newer release; they are kept as they are`))
  return list
}
