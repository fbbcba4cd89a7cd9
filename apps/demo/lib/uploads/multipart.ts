// A multipart form with one file, read as it arrives: fields are gathered, the file is handed on as a stream.

import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Busboy, type BusboyInstance } from '@fastify/busboy'

export type UploadForm<T> =
  | { fields: ReadonlyMap<string, string>; file: T | undefined }
  /** The request is longer than it may be; or it is no such form, or ends early; or has fields it may not have. */
  | { problem: 'file_too_large' | 'upload_broken' | 'invalid_request' }

type UploadOptions<T> = {
  field: string
  maxBytes: number
  /** Reads the stream of the file to its end. */
  take: (content: Readable, name: string) => Promise<T>
  /** Gets the result of `take` if there is a problem with the form after the file. */
  drop: (taken: T) => Promise<unknown>
}

/** True for names that reach a prototype when they are merged into an object carelessly; no form of Dogear has one. */
const isPrototypeName = (name: string): boolean => /(^|[.[\]])(__proto__|constructor|prototype)($|[.[\]])/.test(name)

/**
 * Reads a `multipart/form-data` request. `take` gets the file under the name `field` if one was chosen. Rejects with
 * what `take` rejects with. Nothing is read any more after a problem or a rejection.
 *
 * `invalid_request` is a form with a name that comes twice, be it of a field or a file, or that reaches a prototype; a
 * value that is too long; or too many fields. Fields of other names are for the caller to ignore.
 */
export async function readUploadForm<T>(request: Request, options: UploadOptions<T>): Promise<UploadForm<T>> {
  const { field, maxBytes, take, drop } = options
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) return { problem: 'file_too_large' }
  const parser = toParser(request.headers.get('content-type') ?? '')
  if (!request.body || !parser) return { problem: 'upload_broken' }

  const fields = new Map<string, string>()
  const failed = new AbortController()
  let content: Readable | undefined
  let taking: Promise<T> | undefined
  const names = new Set<string>()
  let allowed = true
  const refuse = () => {
    allowed = false
  }
  const check = (name: string) => {
    if (names.has(name) || isPrototypeName(name)) refuse()
    names.add(name)
  }
  parser.on('field', (name, value, _, truncated) => {
    check(name)
    if (truncated) refuse()
    fields.set(name, value)
  })
  // The parser leaves out all that is beyond its limits, and goes on.
  for (const limit of ['fieldsLimit', 'filesLimit', 'partsLimit'] as const) parser.on(limit, refuse)
  parser.on('file', (name, stream, filename) => {
    check(name)
    // A browser that was given no file sends an empty one without a name.
    if (!allowed || name !== field || !filename) {
      stream.resume()
      return
    }
    content = stream as unknown as Readable
    taking = take(content, filename)
    // The parser would wait for ever for a reader that has given up.
    taking.catch((error: unknown) => failed.abort(error))
  })
  let bytes = 0
  const counted = async function* (source: AsyncIterable<Uint8Array>) {
    for await (const chunk of source) {
      bytes += chunk.byteLength
      if (bytes > maxBytes) throw new Error('the form is too long')
      if (!allowed) throw new Error('the form has fields that it may not have')
      yield chunk
    }
  }
  let given = false
  try {
    const source = Readable.fromWeb(request.body as never)
    await pipeline(source, counted, parser as unknown as NodeJS.WritableStream, { signal: failed.signal })
    if (allowed) return { fields, file: await taking }
  } catch {
    given = failed.signal.aborted
    // The parser does not end the file it was in the middle of.
    content?.destroy(new Error('the form ended early'))
  }
  const taken = await taking?.catch(() => undefined)
  if (taken !== undefined) await drop(taken)
  if (bytes > maxBytes) return { problem: 'file_too_large' }
  if (!allowed) return { problem: 'invalid_request' }
  if (given) throw failed.signal.reason
  return { problem: 'upload_broken' }
}

/** Undefined where the content type is of no such form, or names no boundary. */
function toParser(contentType: string): BusboyInstance | undefined {
  if (!/^multipart\/form-data\s*;/i.test(contentType)) return undefined
  try {
    return new Busboy({
      headers: { 'content-type': contentType },
      limits: { fields: 10, fieldSize: 1_000, fieldNameSize: 100, files: 2, parts: 12, headerPairs: 20 },
      // The name is cut down where the file is kept.
      preservePath: true,
    })
  } catch {
    return undefined
  }
}
