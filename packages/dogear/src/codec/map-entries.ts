// Prepares values for msgpackr, which would turn a Map into an object.

import { DogearError } from '../errors.ts'
import { isPlain, refusalOf, walk } from '../plain-data.ts'

/** A Map as its entries. A class, because msgpackr finds extensions by class. */
export class MapEntries {
  readonly entries: readonly (readonly [unknown, unknown])[]
  constructor(entries: readonly (readonly [unknown, unknown])[]) {
    this.entries = entries
  }
}

/**
 * The value ready to be packed: itself if it holds no Map, else a copy with every Map replaced by `MapEntries`.
 *
 * Throws `not_serializable` with the path of the first value that cannot be stored.
 */
export function toPackable(value: unknown): unknown {
  let maps = false
  walk(value, (part, path) => {
    const refusal = refusalOf(part, path)
    if (refusal) throw new DogearError('not_serializable', `cannot store ${refusal}`)
    maps ||= part instanceof Map
    return true
  })
  return maps ? withEntries(value) : value
}

function withEntries(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(withEntries)
  if (value instanceof Map)
    return new MapEntries([...value].map(([key, part]) => [withEntries(key), withEntries(part)]))
  if (value instanceof Set) return new Set([...value].map(withEntries))
  if (!isPlain(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, withEntries(part)]))
}
