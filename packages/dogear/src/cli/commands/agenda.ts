// `dogear agenda`: finds sessions that are missing on the agenda, or puts them back.

import type { Command } from '../command.ts'
import { createProgress } from '../progress.ts'
import { createPace } from '../sweep/pace.ts'

type Options = { rebuild?: boolean; batch: number; rate: number }

/** Shows only counts. Exit code 1 if some were missing and are still. */
export const agenda: Command<Options> = {
  name: 'agenda',
  summary: 'Look whether every timer and effect is on the agenda. Reads only, unless --rebuild puts them back.',
  options: [
    { flags: '--rebuild', text: 'put back what is missing' },
    { flags: '--batch <n>', text: 'sessions looked at at a time', count: 200 },
    { flags: '--rate <n>', text: 'most sessions looked at per second', count: 5000 },
  ],
  async run({ engine: { store } }, { rebuild = false, batch, rate }, { out, terminal }) {
    const counts = { sessions: 0, missing: 0 }
    const { reschedule } = store
    if (!reschedule) {
      out.result({ ...counts, rebuilt: 0 }, [`The agenda of the ${store.name} store is in its records: none is lost.`])
      return 0
    }
    const keepPace = createPace(rate)
    const bar = createProgress('agenda', out, { terminal })
    let cursor: string | undefined
    do {
      const next = await store.scan(cursor, batch)
      const missing = await Promise.all(next.found.map(({ id }) => reschedule.call(store, id, !rebuild)))
      counts.sessions += next.found.length
      counts.missing += missing.filter(Boolean).length
      cursor = next.cursor
      bar.at(next.done, `${counts.missing} of ${counts.sessions} missing`)
      await keepPace(next.found.length)
    } while (cursor !== undefined)
    bar.end(`${counts.sessions} sessions looked at`)
    const rebuilt = rebuild ? counts.missing : 0
    const advice = rebuild ? 'They are on it again.' : 'Put them back: dogear agenda --rebuild'
    const found = `${counts.missing} of ${counts.sessions} sessions were missing on the agenda.`
    out.result({ ...counts, rebuilt }, [
      counts.missing > 0 ? `${found} ${advice}` : 'Every session is on the agenda that belongs there.',
    ])
    return counts.missing > rebuilt ? 1 : 0
  },
}
