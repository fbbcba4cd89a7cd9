// The names in a record, such as step ids and event types: each part between dots is written once.

import { numberReader, putVarint, startWriting, written } from './numbers.ts'

export type PackedNames = readonly [words: readonly string[], names: Uint8Array]

/** Numbers names in the order they are first asked for. */
export function nameWriter(): { index: (name: string) => number; packed: () => PackedNames } {
  const names = new Map<string, number>()
  return {
    index: (name) => indexIn(names, name),
    packed() {
      const words = new Map<string, number>()
      startWriting()
      for (const name of names.keys()) {
        // A name of one word is an even number; an odd one says how many words follow.
        if (!name.includes('.')) putVarint(indexIn(words, name) * 2)
        else {
          const parts = name.split('.')
          putVarint(parts.length * 2 + 1)
          for (const part of parts) putVarint(indexIn(words, part))
        }
      }
      return [[...words.keys()], written()]
    },
  }
}

/** The names that were packed, in the order of their numbers. Throws `RangeError` for anything else. */
export function unpackNames([words, packed]: PackedNames): string[] {
  const reader = numberReader(packed)
  const names: string[] = []
  while (!reader.done()) {
    const head = reader.varint()
    if (head % 2 === 0) names.push(entryOf(words, head / 2))
    else {
      const parts: string[] = []
      for (let left = (head - 1) / 2; left > 0; left--) parts.push(entryOf(words, reader.varint()))
      names.push(parts.join('.'))
    }
  }
  return names
}

/** The entry of `list` at `index`. Throws `RangeError` if there is none. */
export function entryOf<T>(list: readonly T[], index: number): T {
  const entry = list[index]
  if (entry === undefined) throw new RangeError('an entry is missing')
  return entry
}

function indexIn(all: Map<string, number>, text: string): number {
  const known = all.get(text)
  if (known !== undefined) return known
  all.set(text, all.size)
  return all.size - 1
}
