// `dogear census`: counts live sessions by flow, version, state, timers, effects.

import { writeFile } from 'node:fs/promises'
import type { Command } from '../command.ts'
import { conditionLines } from '../condition.ts'
import { addSession, type Census, emptyCensus } from '../lock/census.ts'
import { clean, type Output, titledTable } from '../output.ts'
import { resumeOption, sweep } from '../sweep/sweep.ts'
import { checkWritable } from '../sweep/writable.ts'

type CensusOptions = { out?: string; batch: number; rate: number; resume?: string }

/** Shows only counts: no ids, no answers. Exit code 1 if a signal stopped it. */
export const census: Command<CensusOptions> = {
  name: 'census',
  summary: 'Count live sessions by flow, version, state, and what they wait for. Reads only.',
  options: [
    { flags: '--out <file>', text: 'also write the census to a file, for "dogear check --census"' },
    { flags: '--batch <n>', text: 'sessions read at a time', count: 200 },
    { flags: '--rate <n>', text: 'most sessions read per second', count: 5000 },
    resumeOption,
  ],
  async run({ engine }, { out: file, ...settings }, context) {
    const { store, flows } = engine
    const { out } = context
    if (file !== undefined) await checkWritable(file, '--out')
    const takenAt = await store.now()
    const swept = await sweep<Census>(
      engine,
      settings,
      {
        command: 'census',
        state: emptyCensus({ store: store.name, takenAt }),
        each: (session, census) => addSession(census, session, { flows, now: takenAt }),
        told: ({ sessions }) => `${sessions} sessions`,
      },
      context,
    )
    const { state: census, stopped } = swept
    if (file !== undefined && stopped === null) await writeFile(file, `${JSON.stringify(census, null, 2)}\n`)
    out.result(stopped === null ? census : { ...census, stopped }, lines(census, out))
    return stopped === null ? 0 : 1
  },
}

function lines(census: Census, { colors }: Output): string[] {
  const rows = census.counts.map(({ count, flow, version, state, timers, effects }) => {
    const waits = [...timers, ...effects].map(clean).join(', ') || 'nothing'
    return [String(count), `${flow} ${version}`, clean(state), waits]
  })
  const { sessions, store, unreadable, newer, flows } = census
  const list = [`${sessions} sessions in the ${store} store`, ...conditionLines(flows, { colors }), '']
  list.push(...titledTable(['sessions', 'flow', 'state', 'waits for'], rows, colors))
  if (unreadable > 0) list.push(colors.red(`  ${unreadable} unreadable; they are kept as they are`))
  if (newer > 0) list.push(colors.yellow(`  ${newer} written by a newer release; they are kept as they are`))
  return list
}
