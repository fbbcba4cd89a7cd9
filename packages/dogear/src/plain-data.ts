// Plain data, the only data that is stored: how it is walked, checked, copied, compared.

/** How deep data may be nested; a walk through data that contains itself ends here, too. */
export const maxDepth = 64
/** Parts one value may have. One that is found in several places counts at each of them. */
export const maxParts = 250_000
/** Members one object may have: MessagePack counts them in 16 bits. */
const maxMembers = 65_535

/** The place of a value: names of members, indexes of lists and sets; of maps the key if it is text, else its index. */
export type Path = readonly (string | number)[]

export function isPlain(value: object): value is Record<string, unknown> {
  const prototype = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** Calls `visit` with every part directly inside `part`: members, items, keys of maps. */
function eachInside(part: unknown, visit: (inner: unknown, name: string | number) => void): void {
  if (typeof part !== 'object' || part === null) return
  if (Array.isArray(part)) for (let index = 0; index < part.length; index++) visit(part[index], index)
  else if (isPlain(part)) for (const name of Object.keys(part)) visit(part[name], name)
  else if (part instanceof Set) [...part].forEach(visit)
  else if (part instanceof Map)
    [...part].forEach(([key, inner], index) => {
      visit(key, index)
      visit(inner, typeof key === 'string' ? key : index)
    })
}

/**
 * Calls `visit` with `value`, then, where `visit` returns true, with everything inside: members of lists, maps (keys,
 * too), sets, plain objects, no deeper than `maxDepth`. The path is a single list that changes from call to call.
 */
export function walk(value: unknown, visit: (part: unknown, path: Path) => boolean): void {
  const path: (string | number)[] = []
  const step = (part: unknown, name: string | number): void => {
    path.push(name)
    if (visit(part, path) && path.length <= maxDepth) eachInside(part, step)
    path.pop()
  }
  if (visit(value, path)) eachInside(value, step)
}

/**
 * The reason, with the place, why `part` at `path` cannot be stored. Undefined for plain objects, lists, `Date`, `Map`,
 * `Set`, `BigInt`, bytes, text, numbers, whatever their members are: those are judged one by one.
 */
export function refusalOf(part: unknown, path: Path): string | undefined {
  const what = unfit(part, path.length)
  return what && `${what} at ${placeOf(path)}`
}

/** The same without the place, for a part at this depth. With `mend`, lone surrogates in text are not a reason. */
export function unfit(part: unknown, depth: number, mend = false): string | undefined {
  if (typeof part === 'string') return mend || part.isWellFormed() ? undefined : 'a string with a lone surrogate'
  if (typeof part === 'function' || typeof part === 'symbol') return `a ${typeof part}`
  if (typeof part !== 'object' || part === null) return undefined
  if (depth > maxDepth) return 'what is nested too deeply, or in a circle,'
  if (isPlain(part)) return unfitMembers(part, mend)
  if (part instanceof Uint8Array) return undefined
  hush(part)
  if (!isBuiltIn(part)) return `an instance of ${part.constructor?.name || 'a class'}`
  if (Array.isArray(part)) return Object.keys(part).length === part.length ? undefined : 'a list with gaps or names'
  if (part instanceof Date) return Number.isNaN(part.getTime()) ? 'an invalid date' : undefined
  const names = [...(part as Map<unknown, unknown> | Set<unknown>).keys()].map((key) => mendedKey(key))
  return mend && new Set(names).size < names.length ? sameKeys : undefined
}

const sameKeys = 'keys that are the same without their lone surrogates'

/** True for a list, a `Date`, a `Map`, a `Set`; false for what somebody derived from one, which would not come back. */
function isBuiltIn(part: object): boolean {
  const prototype = Object.getPrototypeOf(part)
  return (
    prototype === Array.prototype ||
    prototype === Date.prototype ||
    prototype === Map.prototype ||
    prototype === Set.prototype
  )
}

/** A promise among data is refused, or left out. Nobody waits for it, so its rejection must not end the process. */
function hush(part: object): void {
  if (part instanceof Promise) part.catch(() => {})
}

function unfitMembers(part: object, mend: boolean): string | undefined {
  const names = Object.keys(part)
  if (names.length > maxMembers) return `an object with more than ${maxMembers} members`
  for (const name of names) {
    if (name === '__proto__') return 'a key named __proto__'
    if (name.isWellFormed()) continue
    if (!mend) return 'a key with a lone surrogate'
    if (new Set(names.map(mended)).size < names.length) return sameKeys
  }
  return Object.getOwnPropertySymbols(part).length > 0 ? 'a key that is a symbol' : undefined
}

/** The path as text, such as `lines[0].sku`. */
export const placeOf = (path: Path): string =>
  path.map((name, index) => (typeof name === 'number' ? `[${name}]` : index > 0 ? `.${name}` : name)).join('') ||
  'the top'

/** About the bytes that a value takes in a record: text by its characters, everything else by its parts. */
export function roomOf(value: unknown): number {
  let [bytes, parts] = [0, 0]
  walk(value, (part) => {
    bytes += bytesOf(part)
    return ++parts < maxParts
  })
  return bytes
}

/** The least that a part takes without what is inside: a byte, and one for every character. */
const bytesOf = (part: unknown): number =>
  typeof part === 'string' ? part.length + 1 : part instanceof Uint8Array ? part.byteLength : 1

/**
 * A copy of `value` that shares nothing with it. Throws `TypeError` with the path of a part that cannot be stored, or
 * if no encoding fits into `maxBytes`: every value takes at least a byte, every text at least one per character.
 */
export function ownData<T>(value: T, maxBytes: number): T {
  let bytes = 0
  walk(value, (part, path) => {
    bytes += bytesOf(part)
    if (bytes > maxBytes) throw new TypeError(`more than the ${maxBytes} bytes a session may take`)
    const refusal = refusalOf(part, path)
    if (refusal) throw new TypeError(refusal)
    return true
  })
  return copyOf(value)
}

/**
 * A copy of `value` that shares no list, object, map, set, date or bytes with it. A part that cannot be stored is not
 * copied, nor is what comes after `maxParts` of them: it is found, with its place, once somebody tries to store it.
 */
export function copyOf<T>(value: T): T {
  return copyPart(value, { left: maxParts, depth: 0, text: asItIs }) as T
}

/** As `copyOf`, with text, also in keys, in which U+FFFD stands for every lone surrogate. */
export function mendedCopyOf<T>(value: T): T {
  return copyPart(value, { left: maxParts, depth: 0, text: mended }) as T
}

/**
 * As `mendedCopyOf`; undefined where two keys are the same without their lone surrogates, as one would be lost, or if
 * there are more than `maxParts` parts.
 */
export function wellFormedCopyOf<T>(value: T): T | undefined {
  let parts = 0
  let fails = false
  walk(value, (part, path) => {
    fails ||= ++parts > maxParts || (typeof part === 'object' && unfit(part, path.length, true) === sameKeys)
    return !fails
  })
  return fails ? undefined : mendedCopyOf(value)
}

/**
 * As `copyOf`, but throws `RangeError` for data with more than `maxParts` values, too deep, or in a circle, and for an
 * instance of a class what making JSON of it throws.
 */
export function wholeCopyOf<T>(value: T): T {
  const copying = { left: maxParts, depth: 0, text: asItIs, cut: false, check: JSON.stringify }
  const copy = copyPart(value, copying) as T
  if (copying.cut) throw new RangeError(`more than ${maxParts} values, or nested too deeply, or in a circle`)
  return copy
}

const asItIs = (text: string): string => text
const mendedKey = (key: unknown): unknown => (typeof key === 'string' ? mended(key) : key)
const mended = (text: string): string => (text.isWellFormed() ? text : text.toWellFormed())

type Copying = {
  left: number
  depth: number
  text: (text: string) => string
  /** Set if something was not copied, as it was too much or too deep. */
  cut?: boolean
  /** Called with every part that is left as it is. */
  check?: (part: object) => void
}

function copyPart(part: unknown, copying: Copying): unknown {
  if (typeof part === 'string') return copying.text(part)
  if (typeof part !== 'object' || part === null) return part
  if (--copying.left < 0 || copying.depth > maxDepth + 1) {
    copying.cut = true
    return part
  }
  copying.depth++
  const copy = copyObject(part, copying)
  copying.depth--
  return copy
}

function copyObject(part: object, copying: Copying): unknown {
  if (isPlain(part)) return copyMembers(part, copying)
  hush(part)
  if (!isBuiltIn(part) && !(part instanceof Uint8Array)) {
    copying.check?.(part)
    return part
  }
  // `map` leaves a gap a gap, so that it is found later.
  if (Array.isArray(part)) return part.map((item) => copyPart(item, copying))
  if (part instanceof Date) return new Date(part.getTime())
  if (part instanceof Uint8Array) return Uint8Array.prototype.slice.call(part)
  if (part instanceof Set) return new Set(Array.from(part, (item) => copyPart(item, copying)))
  if (part instanceof Map)
    return new Map(Array.from(part, ([key, item]) => [copyPart(key, copying), copyPart(item, copying)]))
  return part
}

function copyMembers(part: Record<string, unknown>, copying: Copying): unknown {
  const copy: Record<string, unknown> = {}
  if (Object.getOwnPropertySymbols(part).length > 0) return part
  for (const name of Object.keys(part)) {
    // Assigned, it would become the prototype.
    if (name === '__proto__') return part
    copy[copying.text(name)] = copyPart(part[name], copying)
  }
  return copy
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
