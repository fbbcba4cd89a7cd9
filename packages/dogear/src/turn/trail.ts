// The trail: the last turns of a session, without payloads.

import type { Moves } from '../wire.ts'
import type { SessionRecord, TrailEntry, UnsavedRecord } from './record.ts'

export const trailLimit = 20

/** A state value as text: `shipping`, `form.address`, `a|b` for parallel regions. */
export function valueText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value)
  return Object.entries(value)
    .map(([key, inner]) => [key, valueText(inner)].filter(Boolean).join('.'))
    .join('|')
}

/** The last moves to another state, as the holder of `device` sees them. */
export function movesIn(trail: SessionRecord['trail'], device: string | undefined): Moves {
  const moves: Moves = { here: null, elsewhere: null, itself: null }
  for (let index = trail.length - 1; index >= 0; index--) {
    const { from, to, device: mover, at } = trail[index] as TrailEntry
    if (from === to) continue
    if (mover === '') moves.itself ??= at
    else if (mover === device) moves.here ??= at
    else moves.elsewhere ??= at
  }
  return moves
}

/** The trail with one more turn. */
export function extend(
  record: Pick<UnsavedRecord, 'trail' | 'snapshot'>,
  turn: { event: string; to: unknown; at: number; device: string },
): SessionRecord['trail'] {
  const from = record.trail.at(-1)?.to ?? valueText(record.snapshot.value)
  const trail = record.trail.slice(1 - trailLimit)
  trail.push({ event: eventText(turn.event), from, to: valueText(turn.to), device: turn.device, at: turn.at })
  return trail
}

/** Engine events by what they mean: `done chargeCard`, `error chargeCard`, `after priceHold`. */
function eventText(type: string): string {
  if (!type.startsWith('xstate.')) return type
  return type.replace(/^xstate\.(done|error)\.actor\./, '$1 ').replace(/^xstate\.after\.([^.]+)\..*/, 'after $1')
}
