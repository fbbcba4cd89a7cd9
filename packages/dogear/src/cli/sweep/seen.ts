// The ids that a sweep has come by, in memory of a fixed size.

import type { SessionId } from '../../store/store.ts'

export type Seen = {
  /** True if the id was not noted before, or if there is no room to note it. */
  add(id: SessionId): boolean
  /** The numbers noted, as text that `createSeen` takes: no id can be made of them. */
  save(): string
}

/** 2^21 numbers of 8 bytes, half of them used at most: 16 MiB for a million ids. */
const places = 2 ** 21
const most = places / 2

/** Notes a number of 53 bits for each id. Of a million ids, two have the same about once in ten thousand sweeps. */
export function createSeen(saved = ''): Seen {
  const table = new Float64Array(places)
  let size = 0

  function note(number: number): boolean {
    let at = number % places
    while (table[at] !== 0) {
      if (table[at] === number) return false
      at = (at + 1) % places
    }
    if (size < most) {
      table[at] = number
      size++
    }
    return true
  }

  const bytes = Buffer.from(saved, 'base64')
  for (let at = 0; at + 8 <= bytes.length; at += 8) note(bytes.readDoubleLE(at))
  return {
    add: (id) => note(numberOf(id)),
    save() {
      const numbers = table.filter((number) => number !== 0)
      return Buffer.from(numbers.buffer, 0, numbers.byteLength).toString('base64')
    },
  }
}

/** Two FNV-1a hashes of 32 and 21 bits as one number from 1. */
function numberOf(id: SessionId): number {
  let low = 0x811c9dc5
  let high = 0x01000193
  for (let at = 0; at < id.length; at++) {
    const code = id.charCodeAt(at)
    low = Math.imul(low ^ code, 0x01000193)
    high = Math.imul(high ^ (code + at), 0x85ebca6b)
  }
  return (low >>> 0) + ((high ^ (high >>> 13)) & 0x1fffff) * 2 ** 32 || 1
}
