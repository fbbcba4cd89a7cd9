// JSON for the values of a record, with tags for values that JSON cannot express.

const tags = ['$date', '$map', '$set', '$bigint', '$bytes', '$undefined', '$number'] as const

/** The value as JSON. A `Date` becomes `{ "$date": … }`; other values that JSON cannot express get the other tags. */
export function toTagged(value: unknown): unknown {
  if (value === undefined) return { $undefined: true }
  if (typeof value === 'bigint') return { $bigint: String(value) }
  if (typeof value === 'number' && !Number.isFinite(value)) return { $number: String(value) }
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Date) return { $date: value.toISOString() }
  if (value instanceof Map) return { $map: [...value].map((pair) => pair.map(toTagged)) }
  if (value instanceof Set) return { $set: [...value].map(toTagged) }
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('base64') }
  if (Array.isArray(value)) return value.map(toTagged)
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .map(([key, inner]) => [key, toTagged(inner)]),
  )
}

/** The opposite of `toTagged`. Keys that only look like a tag stay as they are. */
export function fromTagged(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(fromTagged)
  const [[key, inner] = ['', undefined], ...more] = Object.entries(value)
  if (more.length > 0 || !(tags as readonly string[]).includes(key))
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, fromTagged(one)]))
  switch (key as (typeof tags)[number]) {
    case '$date':
      return new Date(String(inner))
    case '$map':
      return new Map((inner as unknown[][]).map((pair) => pair.map(fromTagged) as [unknown, unknown]))
    case '$set':
      return new Set((inner as unknown[]).map(fromTagged))
    case '$bigint':
      return BigInt(String(inner))
    case '$bytes':
      return new Uint8Array(Buffer.from(String(inner), 'base64'))
    case '$number':
      return Number(inner)
    case '$undefined':
      return undefined
  }
}
