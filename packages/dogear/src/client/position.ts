// The order of two views, which decides the one that a page shows.

import { samePosition } from '../position.ts'
import type { Position, View } from '../wire.ts'

/** Negative if `a` is before `b`, zero if they are the same, positive if it is after. */
export function comparePositions(a: Position, b: Position): number {
  return a.epoch - b.epoch || a.revision - b.revision
}

/**
 * True if `candidate` takes the place of `known`. Within one session the later position does. An answer to a request
 * that left after the last change (`asked`) cannot be an earlier one: if it says so, the store has lost what was known.
 * Two views of one revision by different commits cannot both be true. Of two sessions the position says nothing: the
 * answer to a request that left after the last change is the later one; a page rendered by the server is if there was
 * no session before or if it says why there is none any more. Null: only the server can tell.
 */
export function supersedes(candidate: View, known: View, asked?: boolean): boolean | null {
  const order = comparePositions(candidate, known)
  if (candidate.tag === known.tag) {
    if (asked || order > 0 || samePosition(candidate, known)) return true
    return order ? false : null
  }
  if (asked || candidate.gone) return true
  return (known.tag === null && order >= 0) || null
}

/**
 * True if `view` shows that the store has lost the state of the session that `known` shows. Another epoch alone
 * does not: a session that came back from the archive is where it was, unless something was lost.
 */
export const isRewound = (view: View, known: View): boolean =>
  view.tag === known.tag && view.revision <= known.revision && view.mark !== known.mark

/** The same content: the known object stays, so that no component renders again. */
export const sameView = (a: View, b: View): boolean => JSON.stringify(a) === JSON.stringify(b)
