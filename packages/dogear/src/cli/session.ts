// A stored session on the command line: texts that a terminal only shows, errors in a line each.

import type { Engine } from '../engine/engine.ts'
import type { InspectedSession, InspectedUnreadable } from '../engine/server/inspected.ts'
import { clean, errorLine } from './output.ts'

export type Session = Omit<InspectedSession, 'failure'> & { failure: string | null }
export type Unreadable = Omit<InspectedUnreadable, 'reason'> & { reason: string }
export type Shown = Session | Unreadable | { found: 'nothing'; session: string } | { found: 'removed'; session: string }

/** Looks at one session, as it is stored. Rejects only if the store fails. */
export async function look(engine: Engine, session: string): Promise<Shown> {
  const found = await engine.inspect(session)
  if (found.found === 'unreadable')
    return cleaned({ ...found, reason: `${found.reason.code}: ${found.reason.message}` })
  if (found.found !== 'record') return found
  return cleaned({ ...found, failure: found.failure && errorLine(found.failure) })
}

/** A copy in which every text is one that a terminal only shows. */
const cleaned = (shown: Shown): Shown =>
  JSON.parse(JSON.stringify(shown, (_, value) => (typeof value === 'string' ? clean(value) : value)))
