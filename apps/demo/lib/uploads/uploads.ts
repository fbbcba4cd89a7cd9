// Documents people hand in: kept as files beside the sessions, which only refer to them.

import { createHash, randomBytes } from 'node:crypto'
import { link, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { DocumentProblem, DocumentRef } from '../../flows/documents.ts'
import { bodyOf } from './body.ts'
import { fileName } from './names.ts'
import { typeOf } from './types.ts'

/** The description of an incoming file: its name on the person's device, and the tag of its session. */
export type Incoming = { name: string; session: string }
/** `hash` tells the same content from another. */
export type Received = { document: DocumentRef; hash: string } | { problem: DocumentProblem }
/** The description of a kept file; only `session` may see it. */
export type Kept = DocumentRef & { session: string }

export type Uploads = {
  /** Streams a file to disk and checks it there; a refused file is deleted. Rejects if the stream or the disk fails. */
  receive(content: Readable, incoming: Incoming): Promise<Received>
  /** The description of a file of `session`, or undefined if it has none of that id, or only a part of it. */
  find(id: string, session: string): Promise<Kept | undefined>
  /** The path of its bytes; ask `find` first. */
  pathOf(id: string): string
  /** Its bytes; ask `find` first. The file is opened once they are wanted; `onError` gets a failure of the disk. */
  read(id: string, onError?: (cause: unknown) => void): ReadableStream<Uint8Array>
  /** Keeps a copy under `folder`, out of reach of `sweep`; ask `find` first. Harmless to repeat. */
  keep(id: string, folder: string): Promise<void>
  /** Removes a file and what lies beside it, if it is one of `session`. */
  remove(id: string, session: string): Promise<void>
  /** Removes all that `session` has handed in, and what lies beside it. */
  erase(session: string): Promise<void>
  /** Removes what no session can refer to any more; resolves with how many files that were. */
  sweep(): Promise<number>
}

export type UploadsOptions = {
  folder: string
  /** The largest file taken, in bytes. */
  maxBytes: number
  /** How old a file may get: no younger than the oldest session can be. */
  maxAgeMs: number
  /** The most files of one session, with those that still arrive (8). */
  maxFiles?: number
  /** The types taken, if they are not all that are known. */
  types?: readonly string[]
  clock?: () => number
}

const hour = 3_600_000
/** After this, what has not arrived completely never will. */
const partAgeMs = 24 * hour

const isId = (id: string): boolean => /^[A-Za-z0-9_-]{32}$/.test(id)

/** True for a document, whole or in part, and not for what lies beside it. */
const isFile = (name: string): boolean => isId(name.replace(/\.part$/, ''))

/** An id nobody can guess; it begins as its session's tag does, so that a listing shows whose it is. */
const makeId = (session: string): string => `${session}${randomBytes(24).toString('base64url')}`.slice(0, 32)

export function createUploads(options: UploadsOptions): Uploads {
  const { folder, maxBytes, maxAgeMs, maxFiles = 8, types, clock = Date.now } = options
  const at = (id: string) => {
    // Ids come out of sessions, and with them from outside.
    if (!isId(id)) throw new TypeError('this is not the id of an upload')
    return join(folder, id)
  }
  let sweptAt = 0

  async function receive(content: Readable, { name, session }: Incoming): Promise<Received> {
    // It may break before it is read, with nobody else listening yet.
    content.on('error', () => {})
    await mkdir(folder, { recursive: true, mode: 0o700 })
    if (clock() - sweptAt > hour) await sweep()
    if ((await namesOf(session)).filter((name) => isFile(name)).length >= maxFiles) {
      // The source of a stream that nobody reads would wait for ever.
      content.resume()
      return { problem: 'file_too_many' }
    }
    const id = makeId(session)
    const part = `${at(id)}.part`
    try {
      const { size, hash } = await write(content, part, maxBytes)
      if (size > maxBytes) return { problem: 'file_too_large' }
      if (size === 0) return { problem: 'file_empty' }
      const found = await typeOf(part)
      if ('problem' in found) return found
      if (types && !types.includes(found.type)) return { problem: 'file_type' }
      const document: DocumentRef = { id, name: fileName(name, found.extension), size, type: found.type }
      await writeSafely(`${at(id)}.json`, JSON.stringify({ ...document, session }))
      await rename(part, at(id))
      return { document, hash }
    } finally {
      await rm(part, { force: true })
    }
  }

  const namesOf = async (session: string): Promise<string[]> =>
    (await readdir(folder).catch(none)).filter((name) => name.startsWith(session))

  async function find(id: string, session: string): Promise<Kept | undefined> {
    if (!isId(id)) return undefined
    try {
      const kept = JSON.parse(await readFile(`${at(id)}.json`, 'utf8')) as Kept
      const { size } = await stat(at(id))
      return size === kept.size && kept.session === session ? kept : undefined
    } catch (error) {
      if (isMissing(error) || error instanceof SyntaxError) return undefined
      throw error
    }
  }

  async function remove(id: string, session: string): Promise<void> {
    const own = [at(id), `${at(id)}.json`]
    if (!(await find(id, session))) return
    const all = (await namesOf(id)).map((name) => join(folder, name))
    for (const file of [...all.filter((one) => !own.includes(one)), ...own]) await rm(file, { force: true })
  }

  async function erase(session: string): Promise<void> {
    for (const name of await namesOf(session)) await rm(join(folder, name), { force: true })
  }

  async function sweep(): Promise<number> {
    sweptAt = clock()
    let removed = 0
    for (const name of await readdir(folder).catch(none)) {
      const limit = name.endsWith('.part') ? partAgeMs : maxAgeMs
      const file = join(folder, name)
      const { mtimeMs = Number.POSITIVE_INFINITY } = await stat(file).catch(() => ({}) as { mtimeMs?: number })
      if (clock() - mtimeMs <= limit) continue
      await rm(file, { force: true })
      removed++
    }
    return removed
  }

  return {
    receive,
    find,
    pathOf: at,
    read: (id, onError = () => {}) => bodyOf(at(id), onError),
    async keep(id, into) {
      await mkdir(into, { recursive: true, mode: 0o700 })
      await link(at(id), join(into, id)).catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      })
    },
    remove,
    erase,
    sweep,
  }
}

/** Writes at most `maxBytes`; `size` is larger if there was more, which is read to its end and dropped. */
async function write(content: Readable, file: string, maxBytes: number): Promise<{ size: number; hash: string }> {
  const hash = createHash('sha256')
  let size = 0
  const measured = async function* (source: AsyncIterable<Buffer>) {
    for await (const chunk of source) {
      size += chunk.length
      if (size > maxBytes) continue
      hash.update(chunk)
      yield chunk
    }
  }
  // The file is there before anything can break: one that appeared after the clean-up would stay.
  const handle = await open(file, 'wx', 0o600)
  await pipeline(content, measured, handle.createWriteStream({ flush: true }))
  return { size, hash: hash.digest('hex') }
}

async function writeSafely(file: string, text: string): Promise<void> {
  const handle = await open(file, 'wx', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** True for the error of a file that is not there. */
export const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT'

const none = (error: unknown): string[] => {
  if (isMissing(error)) return []
  throw error
}
