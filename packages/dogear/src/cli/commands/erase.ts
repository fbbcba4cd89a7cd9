// `dogear erase`: removes a session, or all of one owner, for good; then proves it.

import type { Engine } from '../../engine/engine.ts'
import type { SessionId } from '../../store/store.ts'
import type { Command, Context } from '../command.ts'
import { type Erased, erase as eraseSession } from '../erasure.ts'
import { type Output, table } from '../output.ts'
import { ownersOf, type Refused } from '../owner.ts'
import { findByReference, isReference, toSessionName } from '../session-id.ts'
import { sweep } from '../sweep.ts'

type EraseOptions = { session?: string; owner?: string; rate: number; batch: number }

const mostListed = 100_000

/** Exit code 1 if something of a session is left, or if there was none; 2 for a command line that names neither. */
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
    const { ids, owners, looked } = found
    const erased: Erased[] = []
    for (const id of ids) erased.push(await eraseSession(config, id, owners))
    const left = erased.filter(({ looks }) => looks.some(({ clear }) => !clear)).length
    out.result({ looked, erased, left }, lines({ erased, looked, left }, out))
    return left > 0 || erased.every(({ found }) => found === 'nothing') ? 1 : 0
  },
}

/** `owners` are the hashes of the owner's id, one per key; `looked` counts the sessions that were looked at. */
type Chosen = { ids: readonly SessionId[]; owners: readonly string[]; looked: number }

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
    return { ids: id === undefined ? [] : [id], owners: [], looked: 1 }
  }
  const who = ownersOf(engine, owner ?? '')
  if ('refused' in who) return who
  const { owners } = who
  const { directory } = engine.store
  const lists = await Promise.all(owners.map((id) => directory.list(id, mostListed)))
  const listed = new Set(lists.flat())
  const ids = new Set<SessionId>()
  // A list is a hint, which may miss a session or name one that is not theirs, so every record says whose it is.
  const { state } = await sweep(
    engine,
    { rate, batch },
    {
      command: 'erase',
      state: { looked: 0 },
      each(one, state) {
        state.looked++
        if (one.kind === 'record' ? owners.includes(one.record.owner?.id ?? '') : listed.has(one.id)) ids.add(one.id)
      },
      told: ({ looked }) => `${looked} sessions looked at`,
    },
    context,
  )
  for (const id of listed) for (const owner of owners) if (!ids.has(id)) await directory.drop(owner, id)
  return { ids: [...ids], owners, looked: state.looked }
}

function lines({ erased, looked, left }: { erased: Erased[]; looked: number; left: number }, out: Output): string[] {
  const { colors } = out
  return [
    `${erased.length} of ${looked} sessions that were looked at ${left === 0 ? 'are erased' : 'were to be erased'}`,
    ...erased.flatMap(({ session, found, underWay, looks }) => [
      `${session}  (was there as: ${found})`,
      ...table(looks.map(({ place, clear, detail }) => [place, clear ? 'clear' : colors.red('LEFT'), detail])),
      ...(underWay.length > 0
        ? [`  under way in a process perhaps, its result will be dropped: ${underWay.join(', ')}`]
        : []),
    ]),
  ]
}
