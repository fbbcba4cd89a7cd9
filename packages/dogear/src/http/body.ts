// Request bodies from strangers: their media type, their size, the shape of their JSON.

import { DogearError } from '../errors.ts'
import { isPrototypeName } from '../field-names.ts'
import { maxDepth } from '../plain-data.ts'
import { inCohort } from './cohort.ts'
import type { Incoming } from './exchange.ts'

export type BodyKind = 'json' | 'form'

// Half of the limit for stored data, because a payload is stored inside other data.
const maxLevels = maxDepth / 2
const maxKeys = 1000

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

const kinds: Readonly<Record<string, BodyKind>> = {
  'application/json': 'json',
  'application/x-www-form-urlencoded': 'form',
}

/** The kind of a `Content-Type` header; undefined for other media types or charsets. Other parameters are ignored. */
export function bodyKind(contentType: string | null): BodyKind | undefined {
  if (contentType === null) return undefined
  // Almost every request names one of the kinds, with nothing to add.
  if (Object.hasOwn(kinds, contentType)) return kinds[contentType]
  const [essence = '', ...parameters] = contentType.split(';').map((part) => part.trim().toLowerCase())
  const foreign = parameters.some(
    (parameter) => /^charset\s*=/.test(parameter) && !/^charset\s*=\s*"?utf-?8"?$/.test(parameter),
  )
  return foreign || !Object.hasOwn(kinds, essence) ? undefined : kinds[essence]
}

/** As `bodyKind`, but refuses every kind that is not `allowed`. `text/plain` never is: any site's form can send it. */
export function requireBodyKind(request: Incoming, allowed: readonly BodyKind[]): BodyKind {
  const kind = bodyKind(request.header('content-type'))
  const encoding = request.header('content-encoding')
  if (kind === undefined || !allowed.includes(kind) || (encoding !== null && encoding !== 'identity')) {
    const names = allowed.map((one) => (one === 'json' ? 'application/json' : 'a form'))
    throw new DogearError('unsupported_media_type', `Send ${names.join(' or ')}, in UTF-8, not compressed.`)
  }
  return kind
}

/** The body as text. Rejects with `too_large` past `maxBytes`, and reads no more of it then. */
export const readText = (request: Incoming, maxBytes: number): Promise<string> =>
  readParsed(request, maxBytes, (text) => text)

/** The body, read as by `readText`, as `parse` makes it of its text. */
export function readParsed<T>(request: Incoming, maxBytes: number, parse: (text: string) => T): Promise<T> {
  const read = (bytes: Uint8Array): T => {
    if (bytes.byteLength > maxBytes) throw new DogearError('too_large', `A request may have at most ${maxBytes} bytes.`)
    return parse(toText(bytes))
  }
  return new Promise((resolve, reject) => {
    const go = (bytes: Uint8Array) => {
      try {
        resolve(read(bytes))
      } catch (error) {
        reject(error)
      }
    }
    request.body(maxBytes).then(
      (bytes) => inCohort(() => go(bytes)),
      (cause: unknown) => reject(new DogearError('invalid_request', 'The request body ended early.', { cause })),
    )
  })
}

function toText(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch (cause) {
    throw new DogearError('invalid_request', 'The request body is not valid UTF-8.', { cause })
  }
}

/**
 * Parses `text`. Throws `invalid_request` for invalid JSON, more than 32 levels or 1000 keys, or a forbidden key;
 * `too_large` for a text in it, or a key, of more than `maxTextLength` characters.
 */
export function parseJson(text: string, maxTextLength: number): unknown {
  const value = parse(text)
  check(value, { level: 0, keys: 0, maxTextLength })
  return value
}

/** Throws `too_large` for a text of more than `maxTextLength` characters, counted as UTF-16 does, as `length`. */
export function checkText(text: string, maxTextLength: number): void {
  if (text.length > maxTextLength)
    throw new DogearError('too_large', `A text in a request may have at most ${maxTextLength} characters.`)
}

function check(part: unknown, seen: { level: number; keys: number; readonly maxTextLength: number }): void {
  if (typeof part === 'string') checkText(part, seen.maxTextLength)
  if (typeof part !== 'object' || part === null) return
  if (seen.level >= maxLevels) refuse(`is nested deeper than ${maxLevels} levels`)
  seen.level++
  if (Array.isArray(part)) for (const item of part) check(item, seen)
  else
    for (const name of Object.keys(part)) {
      if (isPrototypeName(name)) refuse('has a key that is not allowed')
      checkText(name, seen.maxTextLength)
      if (++seen.keys > maxKeys) refuse(`has more than ${maxKeys} keys`)
      check((part as Record<string, unknown>)[name], seen)
    }
  seen.level--
}

function refuse(why: string): never {
  throw new DogearError('invalid_request', `The request body ${why}.`)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's message quotes the input, which may be personal, so it is dropped, also as a cause.
    throw new DogearError('invalid_request', 'The request body is not valid JSON.')
  }
}
