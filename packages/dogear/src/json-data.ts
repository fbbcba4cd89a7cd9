// Data as JSON carries it, with a form for all that JSON lacks.

import { isPlain } from './plain-data.ts'

/**
 * The type of data that has crossed JSON: a `Date` is its ISO text, a `Map` the list of its entries, a `Set` that of
 * its items, a `BigInt` its digits, bytes are base64. Functions and symbols do not arrive.
 */
export type AsJson<T> = unknown extends T
  ? T
  : T extends string | number | boolean | null | undefined
    ? T
    : T extends bigint | Date | Uint8Array
      ? string
      : T extends ReadonlyMap<infer Key, infer Value>
        ? [AsJson<Key>, AsJson<Value>][]
        : T extends ReadonlySet<infer Item>
          ? AsJson<Item>[]
          : T extends { toJSON(): infer Json }
            ? AsJson<Json>
            : T extends Lost
              ? never
              : T extends readonly unknown[]
                ? { [Index in keyof T]: AsJson<T[Index]> }
                : { [Key in keyof T as T[Key] extends Lost ? never : Key]: AsJson<T[Key]> }

type Lost = symbol | ((...args: never[]) => unknown)

/**
 * `part` as it is after it has crossed JSON, with a copy of what has to be written in another way. Left alone, a `Map`,
 * a `Set` and bytes would be `{}`, a `BigInt` an error after the commit.
 */
export function toJson(part: unknown): unknown {
  if (typeof part === 'bigint') return String(part)
  if (typeof part === 'number') return Number.isFinite(part) ? part + 0 : null
  if (typeof part === 'function' || typeof part === 'symbol') return undefined
  if (typeof part !== 'object' || part === null) return part
  if (Array.isArray(part)) return toList(part)
  if (isPlain(part) && typeof part.toJSON !== 'function') return toMembers(part)
  if (part instanceof Map || part instanceof Set) return toList([...part])
  if (part instanceof Uint8Array) return btoa(Array.from(part, (byte) => String.fromCharCode(byte)).join(''))
  const text = JSON.stringify(part)
  return text === undefined ? undefined : JSON.parse(text)
}

function toList(list: readonly unknown[]): readonly unknown[] {
  let copy: unknown[] | undefined
  for (const [index, item] of list.entries()) {
    const one = toJson(item) ?? null
    if (Object.is(one, item)) continue
    copy ??= [...list]
    copy[index] = one
  }
  return copy ?? list
}

function toMembers(part: Record<string, unknown>): Record<string, unknown> {
  let copy: Record<string, unknown> | undefined
  for (const name of Object.keys(part)) {
    const member = part[name]
    const one = toJson(member)
    if (one !== undefined && Object.is(one, member)) continue
    copy ??= { ...part }
    if (one === undefined) delete copy[name]
    else copy[name] = one
  }
  return copy ?? part
}
