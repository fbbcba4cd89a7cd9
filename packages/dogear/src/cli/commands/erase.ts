// `dogear erase`: removes a session, or all of one owner, for good; then proves it.

import type { Engine } from '../../engine/engine.ts'
import type { SessionId } from '../../store/store.ts'
import type { Command, Context } from '../command.ts'
import { type Erased, erase as eraseSession } from '../erasure.ts'
import { type Output, table } from '../output.ts'
import { ownersOf, type Refused } from '../owner.ts'
import { findByReference, isReference, toSessionName } from '../session-id.ts'
import { sweep } from '../sweep/sweep.ts'
import { addTrouble, type Trouble, troubleLines } from '../sweep/trouble.ts'

type EraseOptions = { session?: string; owner?: string; rate: number; batch: number }

const mostListed = 100_000

/**
 * Exit code 1 if something of a session is left, if there was none, or if others may be the owner's: records that
 * cannot be read, sessions that a signal kept from being looked at. 2 for a command line that names neither.
 */
export const erase: Command<EraseOptions> = {
  name: 'erase',
  summary: 'Remove a session, or all of an owner, everywhere and for good, and look for them again.',
  options: [
    { flags: '--session <id>', text: 'its id, its cookie, or the reference of an error' },
    { flags: '--owner <id>', text: 'the id of a user, as identify gives it' },
    { flags: '--rate <n>', text: 'most sessions per second that are looked at for an owner', count: 1000 },
    { flags: '--batch <n>', text: 'sessions read at a time', count: 200 },
  ],
  async run(config, options, context) {
    const { engine } = config
    const { out } = context
    const found = await sessionsIn(engine, options, context)
    if ('refused' in found) {
      out.note(found.refused)
      if (out.json) out.document({ error: found.refused })
      return 2
    }
    const { ids, owners, looked, unreadable, kept, stopped } = found
    const erased: Erased[] = []
    for (const id of ids) erased.push(await eraseSession(config, id, owners))
    const left = erased.filter(({ looks }) => looks.some(({ clear }) => !clear)).length
    const told = { looked, erased, left, unreadable, kept, stopped }
    out.result(told, lines(told, out))
    const isAll = left + unreadable === 0 && stopped === null
    return isAll && erased.some(({ found }) => found !== 'nothing') ? 0 : 1
  },
}

/**
 * `looked` counts the sessions that were looked at; `unreadable` those of them that may be the owner's, as their
 * records cannot be read and no list names them. The first are in `kept`. `stopped` is the signal that came before all
 * were looked at.
 */
type Sought = { looked: number; unreadable: number; kept: Trouble[]; stopped: string | null }

/** `owners` are the hashes of the owner's id, one per key. */
type Chosen = Sought & { ids: readonly SessionId[]; owners: readonly string[] }

async function sessionsIn(
  engine: Engine,
  { session, owner, rate, batch }: EraseOptions,
  context: Context,
): Promise<Chosen | Refused> {
  if ((session === undefined) === (owner === undefined)) return { refused: 'Name --session <id> or --owner <id>.' }
  if (session !== undefined) {
    const name = toSessionName(session)
    if (name === undefined) return { refused: 'This is no session id, no reference and no cookie value.' }
    const id = isReference(name) ? await findByReference(engine, name, () => {}) : name
    return { ids: id === undefined ? [] : [id], owners: [], looked: 1, unreadable: 0, kept: [], stopped: null }
  }
  const who = ownersOf(engine, owner ?? '')
  if ('refused' in who) return who
  const { owners } = who
  const { directory } = engine.store
  const lists = await Promise.all(owners.map((id) => directory.list(id, mostListed)))
  const listed = new Set(lists.flat())
  const ids = new Set<SessionId>()
  // A list is a hint, which may miss a session or name one that is not theirs, so every record says whose it is.
  const { state, stopped } = await sweep(
    engine,
    { rate, batch },
    {
      command: 'erase',
      state: { looked: 0, unreadable: 0, kept: [] as Trouble[] },
      each(one, state) {
        state.looked++
        if (one.kind === 'record' ? owners.includes(one.record.owner?.id ?? '') : listed.has(one.id)) ids.add(one.id)
        else if (one.kind !== 'record') {
          state.unreadable++
          addTrouble(state.kept, one.id, one.reason)
        }
      },
      told: ({ looked }) => `${looked} sessions looked at`,
    },
    context,
  )
  // After a stop, a session that a list names may not have been looked at: the next run needs its entry.
  if (stopped === null)
    for (const id of listed) for (const owner of owners) if (!ids.has(id)) await directory.drop(owner, id)
  return { ids: [...ids], owners, ...state, stopped }
}

type Told = Sought & { erased: Erased[]; left: number }

function lines({ erased, looked, left, unreadable, kept, stopped }: Told, out: Output): string[] {
  const { colors } = out
  const doubts = [
    ...(unreadable > 0
      ? [
          `${unreadable} of them cannot be read: their owner cannot be known, so they are kept.`,
          'Keys that the config lacks may open them: dogear rekey --check counts by key. Then run this again.',
          ...troubleLines(kept, unreadable),
        ]
      : []),
    ...(stopped === null ? [] : [`Stopped by ${stopped} before all were looked at: run this again.`]),
  ]
  return [
    `${erased.length} of ${looked} sessions that were looked at ${left === 0 ? 'are erased' : 'were to be erased'}`,
    ...doubts.map(colors.red),
    ...erased.flatMap(({ session, found, underWay, looks }) => [
      `${session}  (was there as: ${found})`,
      ...table(looks.map(({ place, clear, detail }) => [place, clear ? 'clear' : colors.red('LEFT'), detail])),
      ...(underWay.length > 0
        ? [`  under way in a process perhaps, its result will be dropped: ${underWay.join(', ')}`]
        : []),
    ]),
  ]
}
