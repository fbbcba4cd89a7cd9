// Request bodies from strangers: their media type, their size, the shape of their JSON.

import { DogearError } from '../errors.ts'
import { isPrototypeName } from '../field-names.ts'
import { maxDepth, walk } from '../plain-data.ts'

export type BodyKind = 'json' | 'form'

// Half of the limit for stored data, because a payload is stored inside other data.
const maxLevels = maxDepth / 2
const maxKeys = 1000

const kinds: Readonly<Record<string, BodyKind>> = {
  'application/json': 'json',
  'application/x-www-form-urlencoded': 'form',
}

/** The kind of a `Content-Type` header; undefined for other media types or charsets. Other parameters are ignored. */
export function bodyKind(contentType: string | null): BodyKind | undefined {
  const [essence = '', ...parameters] = (contentType ?? '').split(';').map((part) => part.trim().toLowerCase())
  const foreign = parameters.some(
    (parameter) => /^charset\s*=/.test(parameter) && !/^charset\s*=\s*"?utf-?8"?$/.test(parameter),
  )
  return foreign || !Object.hasOwn(kinds, essence) ? undefined : kinds[essence]
}

/** As `bodyKind`, but refuses every kind that is not `allowed`. `text/plain` never is: any site's form can send it. */
export function requireBodyKind(request: Request, allowed: readonly BodyKind[]): BodyKind {
  const kind = bodyKind(request.headers.get('content-type'))
  const encoding = request.headers.get('content-encoding')
  if (kind === undefined || !allowed.includes(kind) || (encoding !== null && encoding !== 'identity')) {
    const names = allowed.map((one) => (one === 'json' ? 'application/json' : 'a form'))
    throw new DogearError('unsupported_media_type', `Send ${names.join(' or ')}, in UTF-8, not compressed.`)
  }
  return kind
}

/** The body as text. Counts the bytes that arrive; past `maxBytes` it cancels the stream and throws `too_large`. */
export async function readText(request: Request, maxBytes: number): Promise<string> {
  if (request.body === null) return ''
  const reader: ReadableStreamDefaultReader<Uint8Array> = request.body.getReader()
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let text = ''
  let bytes = 0
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return text + decoder.decode()
      bytes += value.byteLength
      if (bytes > maxBytes) throw new DogearError('too_large', `A request may have at most ${maxBytes} bytes.`)
      text += decoder.decode(value, { stream: true })
    }
  } catch (error) {
    // Not awaited: a source may never confirm that it was cancelled, and the answer must not wait for it.
    reader.cancel().catch(() => {})
    if (error instanceof DogearError) throw error
    throw new DogearError('invalid_request', 'The request body is not valid UTF-8, or it ended early.', {
      cause: error,
    })
  }
}

/** Parses `text`. Throws `invalid_request` for invalid JSON, more than 32 levels or 1000 keys, or a forbidden key. */
export function parseJson(text: string): unknown {
  const value = parse(text)
  let keys = 0
  walk(value, (part, path) => {
    const name = path.at(-1)
    if (typeof name === 'string') {
      if (isPrototypeName(name)) refuse('has a key that is not allowed')
      if (++keys > maxKeys) refuse(`has more than ${maxKeys} keys`)
    }
    if (path.length >= maxLevels && typeof part === 'object' && part !== null)
      refuse(`is nested deeper than ${maxLevels} levels`)
    return true
  })
  return value
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
