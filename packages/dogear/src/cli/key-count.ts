// Sessions counted by the key that their records name.

import { clean, type Output, titledTable } from './output.ts'
import type { FoundSession } from './sweep/every-session.ts'

export type KeyPlace = 'store' | 'archive'

/** `key` null: they are not sealed. `owned` are those of the store that have an owner. */
export type KeyCount = { key: string | null; owned: number; unreadable: number } & Record<KeyPlace, number>

export function addToKey(counts: KeyCount[], session: FoundSession, place: KeyPlace): void {
  const key = session.sealedWith ?? null
  const known = counts.find((one) => one.key === key)
  const count = known ?? { key, store: 0, archive: 0, owned: 0, unreadable: 0 }
  if (!known) counts.push(count)
  count[place]++
  if (session.kind !== 'record') count.unreadable++
  else if (place === 'store' && session.record.owner) count.owned++
}

/** Sessions that another key than `key` sealed, or none did. */
export const leftBeside = (key: string | null, counts: readonly KeyCount[]): number =>
  counts.reduce((sum, one) => (one.key === key ? sum : sum + one.store + one.archive), 0)

export function keyLines(counts: readonly KeyCount[], { colors }: Output): string[] {
  const rows = counts.map(({ key, store, archive, owned, unreadable }) => [
    key === null ? 'not sealed' : clean(key),
    ...[store, archive, owned, unreadable].map(String),
  ])
  return titledTable(['key', 'in the store', 'in the archive', 'with an owner', 'unreadable'], rows, colors)
}
