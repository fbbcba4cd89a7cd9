// Request bodies: which media types are taken, and how many bytes are read at most.

import { DogearError } from '../errors.ts'

export type BodyKind = 'json' | 'form'

const kinds: Readonly<Record<string, BodyKind>> = {
  'application/json': 'json',
  'application/x-www-form-urlencoded': 'form',
}

/** The kind of a `Content-Type` header, or undefined if it is none of ours; parameters other than `charset=utf-8` are ignored. */
export function bodyKind(contentType: string | null): BodyKind | undefined {
  const [essence = '', ...parameters] = (contentType ?? '').split(';').map((part) => part.trim().toLowerCase())
  const foreign = parameters.some(
    (parameter) => /^charset\s*=/.test(parameter) && !/^charset\s*=\s*"?utf-?8"?$/.test(parameter),
  )
  return foreign || !Object.hasOwn(kinds, essence) ? undefined : kinds[essence]
}

/** As `bodyKind`, but refuses everything not `allowed`; what a plain cross-site form can send (`text/plain`) is never allowed. */
export function requireBodyKind(request: Request, allowed: readonly BodyKind[]): BodyKind {
  const kind = bodyKind(request.headers.get('content-type'))
  const encoding = request.headers.get('content-encoding')
  if (kind === undefined || !allowed.includes(kind) || (encoding !== null && encoding !== 'identity')) {
    throw new DogearError(
      'unsupported_media_type',
      `Send ${allowed.map((one) => (one === 'json' ? 'application/json' : 'a form')).join(' or ')}, in UTF-8, not compressed.`,
    )
  }
  return kind
}

/**
 * The body as text, reading at most `maxBytes` bytes of it.
 *
 * Counts what arrives and does not believe `Content-Length`; past the limit the stream is cancelled, not drained.
 */
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
    // Not awaited: a source that never confirms its cancellation must not hold up the answer.
    reader.cancel().catch(() => {})
    if (error instanceof DogearError) throw error
    throw new DogearError('invalid_request', 'The request body is not valid UTF-8, or it ended early.', {
      cause: error,
    })
  }
}
