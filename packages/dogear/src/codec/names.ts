// The names in a record, such as step ids, event types: what many of them begin with is written once.

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
        const dot = name.lastIndexOf('.')
        // An even number is that of a word; an odd one is that of all before the last dot, and the rest follows.
        if (dot === -1) putVarint(indexIn(words, name) * 2)
        else {
          putVarint(indexIn(words, name.slice(0, dot)) * 2 + 1)
          putVarint(indexIn(words, name.slice(dot + 1)))
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
    const word = entryOf(words, Math.floor(head / 2))
    names.push(head % 2 === 0 ? word : `${word}.${entryOf(words, reader.varint())}`)
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
