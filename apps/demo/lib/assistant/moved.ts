// The exchanges that are too old for the session: pages of them, each of which names the one before it.

import { createHash } from 'node:crypto'
import type { Exchange } from '../../flows/assistant/events.ts'
import type { Beside, Place } from './beside.ts'

/** Older exchanges, newest first, and the id of the page that goes on with those before them. */
export type Moved = { exchanges: Exchange[]; next: string | null }

/** `exchanges` are oldest first. */
type Page = { exchanges: Exchange[]; previous: string | null }

type Moving = Page & { document: string; session: string; effectId: string }

const prefix = 'said-'

/** True for the part of the name of a page, and of no other file beside a document. */
export const isPage = (part: string): boolean => part.startsWith(prefix)

/** Writes a page and resolves with its id. The same effect writes the same page, however often it is tried. */
export async function writeMoved(beside: Beside, { document, session, effectId, ...page }: Moving): Promise<string> {
  const part = `${prefix}${createHash('sha256').update(effectId).digest('base64url').slice(0, 22)}`
  await beside.write({ document, part }, session, page)
  return `${document}.${part}`
}

/**
 * Reads whole pages from the one with the id `page` on, until at least `limit` exchanges are there. A page that is
 * gone, or is none of `session`, has none.
 */
export async function readMovedIn(
  beside: Beside,
  { page, session, limit }: { page: string; session: string; limit: number },
): Promise<Moved> {
  const exchanges: Exchange[] = []
  const seen = new Set<string>()
  let next: string | null = page
  while (next !== null && exchanges.length < limit && !seen.has(next)) {
    seen.add(next)
    const found = (await beside.read(placeOf(next), session)) as Page | undefined
    if (!found) return { exchanges, next: null }
    exchanges.push(...found.exchanges.toReversed())
    next = found.previous
  }
  return { exchanges, next }
}

function placeOf(page: string): Place {
  const [document = '', part = ''] = page.split('.')
  return { document, part: isPage(part) ? part : '' }
}
