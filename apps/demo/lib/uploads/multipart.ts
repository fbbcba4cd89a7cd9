// A multipart form with one file, read as it arrives: fields are gathered, the file is handed on as a stream.

import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Busboy, type BusboyInstance } from '@fastify/busboy'

export type UploadForm<T> = { fields: ReadonlyMap<string, string>; file: T | undefined }

/** Thrown when the request is longer than it may be; reading has stopped then. */
export const tooLong: unique symbol = Symbol('too long')
/** Thrown when the request is no such form, or ends early. */
export const broken: unique symbol = Symbol('broken')

/**
 * Reads a `multipart/form-data` request. `take` gets the file under the name `field` if one was chosen, and reads its stream to the
 * end. Rejects with `tooLong` past `maxBytes`, with `broken`, or with what `take` rejects with; nothing is read any more then.
 */
export async function readUploadForm<T>(
  request: Request,
  { field, maxBytes, take }: { field: string; maxBytes: number; take: (content: Readable, name: string) => Promise<T> },
): Promise<UploadForm<T>> {
  const contentType = request.headers.get('content-type') ?? ''
  if (!request.body || !/^multipart\/form-data\s*;/i.test(contentType)) throw broken
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLong

  const fields = new Map<string, string>()
  const failed = new AbortController()
  let content: Readable | undefined
  let taking: Promise<T> | undefined
  const parser = toParser(contentType)
  parser.on('field', (name, value) => fields.set(name, value))
  parser.on('file', (name, stream, filename) => {
    // A browser that was given no file sends an empty one without a name.
    if (name !== field || content || !filename) {
      stream.resume()
      return
    }
    content = stream as unknown as Readable
    taking = take(content, filename)
    // The parser would wait for ever for a reader that has given up.
    taking.catch((error: unknown) => failed.abort(error))
  })
  try {
    const source = Readable.fromWeb(request.body as never)
    await pipeline(source, counted(maxBytes), parser as unknown as NodeJS.WritableStream, { signal: failed.signal })
  } catch (error) {
    // Nor does it end the file it was in the middle of.
    const given = failed.signal.aborted
    content?.destroy(new Error('the form ended early'))
    await taking?.catch(() => {})
    throw error === tooLong ? tooLong : given ? failed.signal.reason : broken
  }
  return { fields, file: await taking }
}

function toParser(contentType: string): BusboyInstance {
  try {
    return new Busboy({
      headers: { 'content-type': contentType },
      limits: { fields: 10, fieldSize: 1_000, fieldNameSize: 100, files: 2, parts: 12, headerPairs: 20 },
      // What of a name is kept is decided elsewhere.
      preservePath: true,
    })
  } catch {
    // No boundary, or one that cannot be.
    throw broken
  }
}

const counted = (maxBytes: number) =>
  async function* (source: AsyncIterable<Uint8Array>) {
    let bytes = 0
    for await (const chunk of source) {
      bytes += chunk.byteLength
      if (bytes > maxBytes) throw tooLong
      yield chunk
    }
  }
