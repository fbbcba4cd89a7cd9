// What can be stored: plain data, Date, Map, Set, BigInt and bytes; everything else is refused with its path.

import { DogearError } from '../errors.ts'

/** A Map on its way into MessagePack, which has no kind for maps with any keys. A class because msgpackr finds extensions by class. */
export class MapEntries {
  readonly entries: readonly (readonly [unknown, unknown])[]
  constructor(entries: readonly (readonly [unknown, unknown])[]) {
    this.entries = entries
  }
}

const maxDepth = 64

/**
 * The value ready to be packed: itself if it holds no Map, else a copy with Maps replaced by `MapEntries`.
 *
 * Throws `not_serializable` with the path of the first value that cannot be carried: functions, symbols, class instances,
 * invalid dates, ill-formed strings, cycles (as depth beyond 64).
 */
export function toPackable(value: unknown, path = '', depth = 0): unknown {
  if (typeof value === 'string') return value.isWellFormed() ? value : refuse(path, 'a string with a lone surrogate')
  if (typeof value === 'function' || typeof value === 'symbol') return refuse(path, `a ${typeof value}`)
  if (typeof value !== 'object' || value === null) return value
  if (depth > maxDepth) return refuse(path, 'nested too deeply, or in a circle')
  const inner = (part: unknown, name: string | number) =>
    toPackable(part, `${path}${typeof name === 'number' ? `[${name}]` : `.${name}`}`, depth + 1)

  if (Array.isArray(value)) return mapChanged(value, inner)
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? refuse(path, 'an invalid date') : value
  if (value instanceof Map)
    return new MapEntries(
      [...value].map(([key, part], index) => [inner(key, index), inner(part, typeof key === 'string' ? key : index)]),
    )
  if (value instanceof Set) return new Set([...value].map(inner))
  if (value instanceof Uint8Array) return value
  const prototype = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null)
    return refuse(path, `an instance of ${prototype.constructor?.name ?? 'a class'}`)
  if (Object.hasOwn(value, '__proto__')) return refuse(path, 'a key named __proto__')

  let copy: Record<string, unknown> | undefined
  for (const key of Object.keys(value)) {
    const before = (value as Record<string, unknown>)[key]
    const after = inner(before, key)
    if (after === before) continue
    copy ??= { ...value }
    copy[key] = after
  }
  return copy ?? value
}

function mapChanged(list: unknown[], change: (part: unknown, index: number) => unknown): unknown[] {
  let copy: unknown[] | undefined
  for (let index = 0; index < list.length; index++) {
    const after = change(list[index], index)
    if (after === list[index]) continue
    copy ??= [...list]
    copy[index] = after
  }
  return copy ?? list
}

function refuse(path: string, what: string): never {
  throw new DogearError('not_serializable', `cannot store ${what} at ${path.replace(/^\./, '') || 'the top'}`)
}
