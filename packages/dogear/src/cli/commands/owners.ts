// `dogear owners`: finds sessions that are missing on the list of their owner, or puts them back.

import type { Engine } from '../../engine/engine.ts'
import { listedMs } from '../../engine/owner-index.ts'
import type { Command } from '../command.ts'
import type { FoundSession } from '../sweep/every-session.ts'
import { resumeOption, type SweepSettings, sweep } from '../sweep/sweep.ts'
import { addTrouble, type Trouble, troubleLines } from '../sweep/trouble.ts'

type Options = SweepSettings & { rebuild?: boolean }
/** `unreadable` counts the sessions whose records cannot be read, nor their owners. The first are in `kept`. */
type Counts = { sessions: number; owned: number; missing: number; unreadable: number; kept: Trouble[] }

const mostListed = 100_000

/** Exit code 1 if some were missing and are still, if some cannot be read, or if a signal stopped it. */
export const owners: Command<Options> = {
  name: 'owners',
  summary: 'Look whether every session is on the list of its owner. Reads only, unless --rebuild puts them back.',
  options: [
    { flags: '--rebuild', text: 'put back what is missing' },
    { flags: '--batch <n>', text: 'sessions looked at at a time', count: 200 },
    { flags: '--rate <n>', text: 'most sessions looked at per second', count: 1000 },
    resumeOption,
  ],
  async run({ engine }, { rebuild = false, ...settings }, context) {
    const state: Counts = { sessions: 0, owned: 0, missing: 0, unreadable: 0, kept: [] }
    const each = async (session: FoundSession, counts: Counts) => {
      counts.sessions++
      if (session.kind !== 'record') {
        counts.unreadable++
        addTrouble(counts.kept, session.id, session.reason)
        return
      }
      if (!session.record.owner) return
      counts.owned++
      if (await listed(engine, session.id, session.record, rebuild)) return
      counts.missing++
    }
    const told = ({ missing, owned }: Counts) => `${missing} of ${owned} missing`
    const swept = await sweep(engine, settings, { command: 'owners', state, each, told }, context)
    const { owned, missing, unreadable, kept } = swept.state
    const rebuilt = rebuild ? missing : 0
    const advice = rebuild ? 'They are on it again.' : 'Put them back: dogear owners --rebuild'
    const found = `${missing} of ${owned} sessions with an owner were missing on their list.`
    const { out } = context
    const doubts = [
      `${unreadable} of ${swept.state.sessions} sessions cannot be read: their owners cannot be known.`,
      'Keys that the config lacks may open them: dogear rekey --check counts by key.',
      ...troubleLines(kept, unreadable),
    ]
    out.result({ ...swept.state, rebuilt, stopped: swept.stopped }, [
      missing > 0 ? `${found} ${advice}` : 'Every session that was read is on the list of its owner.',
      ...(unreadable > 0 ? doubts.map(out.colors.red) : []),
    ])
    return missing - rebuilt + unreadable > 0 || swept.stopped !== null ? 1 : 0
  },
}

/** False if the session was missing on the list of its owner. With `rebuild` it is on it then. */
async function listed(
  { store }: Engine,
  id: string,
  { owner, expiresAt }: { owner: { id: string } | null; expiresAt: number },
  rebuild: boolean,
): Promise<boolean> {
  if (!owner) return true
  const { directory } = store
  if ((await directory.list(owner.id, mostListed)).includes(id)) return true
  if (rebuild) await directory.add(owner.id, id, listedMs(expiresAt, await store.now()))
  return false
}
