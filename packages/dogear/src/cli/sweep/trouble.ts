// Sessions that a command could do nothing with, listed with the reason.

import { tagOf } from '../../engine/access.ts'
import type { SessionId } from '../../store/store.ts'
import { clean } from '../output.ts'

export type Trouble = { session: SessionId; reference: string; reason: string }

const mostListed = 1_000
const mostShown = 20

/** Adds a session to `list`, which takes a thousand. */
export function addTrouble(list: Trouble[], session: SessionId, reason: string): void {
  if (list.length < mostListed) list.push({ session, reference: tagOf(session), reason })
}

/** The first twenty of `list`, a line each, and how many there are besides of all `count`. */
export function troubleLines(list: readonly Trouble[], count: number): string[] {
  const shown = list.slice(0, mostShown)
  return [
    ...shown.map(({ session, reference, reason }) => `  ${session}  (${reference})  ${clean(reason)}`),
    ...(count > shown.length ? [`  … and ${count - shown.length} more`] : []),
  ]
}
