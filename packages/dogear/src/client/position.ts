// The order of two views, which decides the one that a page shows.

import type { Position, View } from '../wire.ts'

/** Negative if `a` is before `b`, zero if they are the same, positive if it is after. */
export function comparePositions(a: Position, b: Position): number {
  return a.epoch - b.epoch || a.revision - b.revision
}

/**
 * True if `candidate` takes the place of `known`. Within one session the position decides. Of two sessions it says
 * nothing: the answer to a request that left after the last change (`asked`) is the later one; a page rendered by the
 * server is if there was no session before or if it says why there is none any more. Null: only the server can tell.
 */
export function supersedes(candidate: View, known: View, asked = false): boolean | null {
  const order = comparePositions(candidate, known)
  if (candidate.tag === known.tag) return order >= 0
  if (asked || candidate.gone) return true
  return known.tag === null && order >= 0 ? true : null
}

/** The same content: the known object stays, so that no component renders again. */
export function sameView(a: View, b: View): boolean {
  return comparePositions(a, b) === 0 && JSON.stringify(a) === JSON.stringify(b)
}
