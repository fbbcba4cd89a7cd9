// Counts how often each effect was started, so that every start has a generation of its own; bounded in size.

import { invokes } from '../flow/activities.ts'
import type { Machine } from '../flow/machine.ts'
import type { UnsavedRecord } from './record.ts'

type Entries = UnsavedRecord['entries']

const mostCounted = 16
/** Stands for every id that is not counted by itself any more: none of them was started more often than this. */
const others = ''

/** The generation of the next start of `id`: later than that of any start before. */
export const nextGeneration = (entries: Entries, id: string): number => (entries[id] ?? entries[others] ?? 0) + 1

/**
 * The effects with their counts. A machine that spawns actors under ever new ids would make the record grow, so those
 * that ended share one count, the highest of theirs. A state's `invoke` keeps its own.
 */
export function withBoundedEntries<E extends Pick<UnsavedRecord, 'effects' | 'entries'>>(
  machine: Machine,
  armed: E,
): E {
  const { effects, entries } = armed
  if (Object.keys(entries).length <= mostCounted) return armed
  const stays = (id: string) => effects.some((effect) => effect.id === id) || invokes(machine, id)
  const counts = Object.entries(entries)
  const ended = counts.filter(([id]) => !stays(id)).map(([, count]) => count)
  const kept = counts.filter(([id]) => id !== others && stays(id))
  return { ...armed, entries: Object.fromEntries([...kept, [others, Math.max(0, ...ended)]]) }
}
