// Data that comes out of code of others, before it is trusted: plain, of a bounded size, and shared with nobody.

// What is nested deeper, or in a circle, no codec carries.
const maxDepth = 64

/**
 * A copy of `value`. Throws `TypeError` with the path of what is no plain data (functions, promises, class instances), or if it
 * cannot fit into `maxBytes` however it is stored: every value takes at least a byte, every text as many as it has letters.
 */
export function ownData<T>(value: T, maxBytes: number): T {
  let bytes = 0
  const look = (part: unknown, path: string, depth: number): void => {
    bytes += typeof part === 'string' ? part.length + 1 : part instanceof Uint8Array ? part.byteLength : 1
    if (bytes > maxBytes) throw new TypeError(`more than the ${maxBytes} bytes a session may take`)
    if (typeof part === 'function' || typeof part === 'symbol') throw new TypeError(`a ${typeof part} at ${path}`)
    if (typeof part !== 'object' || part === null) return
    if (depth > maxDepth) throw new TypeError(`nested too deeply, or in a circle, at ${path}`)
    for (const [name, inner] of membersOf(part, path)) look(inner, path ? `${path}.${name}` : name, depth + 1)
  }
  look(value, '', 0)
  return structuredClone(value)
}

function membersOf(value: object, path: string): Iterable<readonly [string, unknown]> {
  if (value instanceof Map)
    return [...value].flatMap(([key, part], index) => [[`${index}`, key] as const, [`${index}`, part] as const])
  if (value instanceof Set) return [...value].map((part, index) => [`${index}`, part] as const)
  if (value instanceof Date || value instanceof Uint8Array) return []
  const prototype = Object.getPrototypeOf(value)
  if (Array.isArray(value) || prototype === Object.prototype || prototype === null) return Object.entries(value)
  throw new TypeError(`an instance of ${prototype.constructor?.name ?? 'a class'} at ${path}`)
}
