// `dogear sessions`: what a signed-in person has saved, for support.

import { tagOf } from '../../engine/access.ts'
import type { Engine } from '../../engine/engine.ts'
import type { SavedSession } from '../../wire.ts'
import type { Command } from '../command.ts'
import { clean, type Output, titledTable } from '../output.ts'
import { ownersOf } from '../owner.ts'
import { look } from '../session.ts'
import { shownLines } from './show.ts'

/** Exit code 1 if the person has none; 2 for a command line that names nobody. */
export const sessions: Command<{ owner?: string; full?: boolean }> = {
  name: 'sessions',
  summary: 'List the sessions of a person who has signed in, and the step each of them is at.',
  options: [
    { flags: '--owner <id>', text: 'the id of a user, as identify gives it' },
    { flags: '--full', text: 'also print of each what dogear show prints' },
  ],
  async run({ engine }, { owner, full = false }, { out }) {
    const who = owner === undefined ? { refused: 'Name --owner <id>.' } : ownersOf(engine, owner)
    if ('refused' in who) {
      out.note(who.refused)
      if (out.json) out.document({ error: who.refused })
      return 2
    }
    const found = await savedBy(engine, who.owners)
    const shown = full ? await Promise.all(found.map(({ session }) => look(engine, session))) : []
    const listed = found.map(({ here: _, title, ...one }) => {
      return { ...one, title: title && clean(title), reference: tagOf(one.session) }
    })
    const details = shown.flatMap((one) => ['', ...shownLines(engine, one, out)])
    out.result({ sessions: listed, ...(full && { shown }) }, [...lines(listed, out), ...details])
    return found.length > 0 ? 0 : 1
  },
}

/** The sessions under every key: they are filed under the one that was first when their owner signed in. */
async function savedBy(engine: Engine, owners: readonly string[]): Promise<SavedSession[]> {
  const lists = await Promise.all(owners.map((id) => engine.sessionsOf({ id })))
  return lists.flat().sort((a, b) => b.updatedAt - a.updatedAt)
}

type Listed = Omit<SavedSession, 'here'> & { reference: string }

function lines(listed: readonly Listed[], { colors }: Output): string[] {
  if (listed.length === 0) return ['This person has no session: they never signed in with one, or it ended or expired.']
  const rows = listed.map(({ session, reference, flow, status, path, updatedAt, expiresAt }) => {
    const at = (ms: number) => new Date(ms).toISOString()
    return [session, reference, flow, path ?? status, at(updatedAt), at(expiresAt)]
  })
  return titledTable(['session', 'reference', 'flow', 'step', 'updated', 'expires'], rows, colors)
}
