// The JSON of an answer's body, with data that JSON lacks in a form that it has.

import { isPlain } from '../plain-data.ts'

/**
 * A `Map` is the list of its entries, a `Set` that of its items, bytes are base64, a `BigInt` is its digits. Left
 * alone, the first three would be `{}`, the last an error after the commit.
 */
export function toJsonText(body: unknown): string {
  return JSON.stringify(carried(body))
}

/** `part`, or a copy of it if anything inside has to be written in another way. */
function carried(part: unknown): unknown {
  if (typeof part === 'bigint') return String(part)
  if (typeof part !== 'object' || part === null) return part
  if (Array.isArray(part)) return carriedList(part)
  if (isPlain(part)) return carriedMembers(part)
  if (part instanceof Map) return carriedList([...part])
  if (part instanceof Set) return carriedList([...part])
  return part instanceof Uint8Array ? Buffer.from(part).toString('base64') : part
}

function carriedList(list: readonly unknown[]): readonly unknown[] {
  let copy: unknown[] | undefined
  for (const [index, item] of list.entries()) {
    const one = carried(item)
    if (one === item) continue
    copy ??= [...list]
    copy[index] = one
  }
  return copy ?? list
}

function carriedMembers(part: Record<string, unknown>): Record<string, unknown> {
  let copy: Record<string, unknown> | undefined
  for (const name of Object.keys(part)) {
    const member = part[name]
    const one = carried(member)
    if (one === member) continue
    copy ??= { ...part }
    copy[name] = one
  }
  return copy ?? part
}
