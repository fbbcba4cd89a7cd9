// Which of two views of a session is the later one.

import type { Position } from '../wire.ts'

/** Negative if `a` is before `b`, zero if they are the same, positive if it is after. */
export function comparePositions(a: Position, b: Position): number {
  return a.epoch - b.epoch || a.revision - b.revision
}
