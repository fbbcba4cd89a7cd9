// Plain data, walked and compared by content.

export function isPlain(value: object): value is Record<string, unknown> {
  const prototype = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** The parts of a value by name: of lists and sets by index, of maps by key. */
export function membersOf(value: object): Iterable<readonly [unknown, unknown]> {
  if (Array.isArray(value)) return value.entries()
  if (value instanceof Map) return value
  if (value instanceof Set) return [...value].entries()
  return isPlain(value) ? Object.entries(value) : []
}

/** Equal content. Dates are compared by time; other objects than plain ones and lists only by identity. */
export function same(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((part, index) => same(part, other[index]))
  if (one instanceof Date && other instanceof Date) return Object.is(one.getTime(), other.getTime())
  if (!isPlain(one) || !isPlain(other)) return false
  const keys = Object.keys(one)
  const has = (key: string) => Object.hasOwn(other, key) && same(one[key], other[key])
  return keys.length === Object.keys(other).length && keys.every(has)
}
