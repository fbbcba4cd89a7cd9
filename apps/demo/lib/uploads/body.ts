// The bytes of a file as the body of an answer: the file is open only while somebody reads them.

import { open } from 'node:fs/promises'
import { ReadableStream as WebStream } from 'node:stream/web'

const chunkBytes = 64 * 1024

/**
 * Opens the file at `path` once its first bytes are wanted, and closes it at its end, at an error, and when the reader
 * leaves. `onError` gets the error as it is; the reader gets one that has no path in it, as servers print theirs.
 */
export const bodyOf = (path: string, onError: (cause: unknown) => void): ReadableStream<Uint8Array> =>
  // A generator that nobody has asked for anything yet has not begun, and ends without having opened anything.
  WebStream.from(bytesOf(path, onError)) as ReadableStream<Uint8Array>

async function* bytesOf(path: string, onError: (cause: unknown) => void): AsyncGenerator<Uint8Array, void> {
  try {
    const handle = await open(path)
    try {
      for (;;) {
        const { buffer, bytesRead } = await handle.read({ buffer: Buffer.allocUnsafe(chunkBytes) })
        if (bytesRead === 0) return
        yield buffer.subarray(0, bytesRead)
      }
    } finally {
      await handle.close()
    }
  } catch (error) {
    onError(error)
    throw new Error('the file cannot be read')
  }
}
