// Plain data, the only data that is stored: how it is walked, checked, copied, compared.

/** How deep data may be nested; a walk through data that contains itself ends here, too. */
export const maxDepth = 64

/** The place of a value: names of members, indexes of lists and sets; of maps the key if it is text, else its index. */
export type Path = readonly (string | number)[]

export function isPlain(value: object): value is Record<string, unknown> {
  const prototype = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/**
 * Calls `visit` with `value`, then, where `visit` returns true, with everything inside: members of lists, maps (keys,
 * too), sets, plain objects, no deeper than `maxDepth`. The path is a single list that changes from call to call.
 */
export function walk(value: unknown, visit: (part: unknown, path: Path) => boolean): void {
  const path: (string | number)[] = []
  const step = (part: unknown, name: string | number): void => {
    path.push(name)
    if (visit(part, path)) enter(part)
    path.pop()
  }
  const enter = (part: unknown): void => {
    if (typeof part !== 'object' || part === null || path.length > maxDepth) return
    if (Array.isArray(part)) for (let index = 0; index < part.length; index++) step(part[index], index)
    else if (isPlain(part)) for (const name of Object.keys(part)) step(part[name], name)
    else if (part instanceof Set) [...part].forEach(step)
    else if (part instanceof Map)
      [...part].forEach(([key, inner], index) => {
        step(key, index)
        step(inner, typeof key === 'string' ? key : index)
      })
  }
  if (visit(value, path)) enter(value)
}

/**
 * The reason, with the place, why `part` at `path` cannot be stored. Undefined for plain objects, lists, `Date`, `Map`,
 * `Set`, `BigInt`, bytes, text, numbers, whatever their members are: those are judged one by one.
 */
export function refusalOf(part: unknown, path: Path): string | undefined {
  const what = unfit(part, path.length)
  return what && `${what} at ${placeOf(path)}`
}

function unfit(part: unknown, depth: number): string | undefined {
  if (typeof part === 'string') return part.isWellFormed() ? undefined : 'a string with a lone surrogate'
  if (typeof part === 'function' || typeof part === 'symbol') return `a ${typeof part}`
  if (typeof part !== 'object' || part === null) return undefined
  if (depth > maxDepth) return 'what is nested too deeply, or in a circle,'
  if (Array.isArray(part)) return undefined
  if (isPlain(part)) return Object.hasOwn(part, '__proto__') ? 'a key named __proto__' : undefined
  if (part instanceof Date) return Number.isNaN(part.getTime()) ? 'an invalid date' : undefined
  if (part instanceof Map || part instanceof Set || part instanceof Uint8Array) return undefined
  return `an instance of ${part.constructor?.name ?? 'a class'}`
}

const placeOf = (path: Path): string =>
  path.map((name, index) => (typeof name === 'number' ? `[${name}]` : index > 0 ? `.${name}` : name)).join('') ||
  'the top'

/**
 * A copy of `value` that shares nothing with it. Throws `TypeError` with the path of a part that cannot be stored, or
 * if no encoding fits into `maxBytes`: every value takes at least a byte, every text at least one per character.
 */
export function ownData<T>(value: T, maxBytes: number): T {
  let bytes = 0
  walk(value, (part, path) => {
    bytes += typeof part === 'string' ? part.length + 1 : part instanceof Uint8Array ? part.byteLength : 1
    if (bytes > maxBytes) throw new TypeError(`more than the ${maxBytes} bytes a session may take`)
    const refusal = refusalOf(part, path)
    if (refusal) throw new TypeError(refusal)
    return true
  })
  return structuredClone(value)
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
