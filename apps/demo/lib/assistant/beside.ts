// The files that lie beside an uploaded document and end with it: what was read of it, and what was said about it.

import { randomBytes } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** A file beside a document: `part` tells it from the others, and is at most 64 letters, digits, `_` and `-` long. */
export type Place = { document: string; part: string }

export type Beside = {
  /** The content of a file of `session`; undefined if it has none there. Rejects if the disk fails. */
  read(place: Place, session: string): Promise<unknown>
  /** Writes a file in one piece: it is there whole, with this content, or not at all. Harmless to repeat. */
  write(place: Place, session: string, content: unknown): Promise<void>
  /** Removes the files beside a document of `session` for whose `part` the condition holds. */
  remove(document: string, session: string, condition?: (part: string) => boolean): Promise<void>
}

/** True for a document of the session: its id begins with the tag. Ids come from outside, as sessions do. */
const isOf = (session: string, document: string): boolean =>
  session !== '' && document.startsWith(session) && /^[A-Za-z0-9_-]{32}$/.test(document)

const isPlace = ({ document, part }: Place, session: string): boolean =>
  isOf(session, document) && /^[A-Za-z0-9_-]{1,64}$/.test(part)

/** Files in `folder`, where the documents are. */
export function createBeside(folder: string): Beside {
  const nameOf = ({ document, part }: Place) => `${document}.${part}.json`

  return {
    async read(place, session) {
      if (!isPlace(place, session)) return undefined
      try {
        return JSON.parse(await readFile(join(folder, nameOf(place)), 'utf8')) as unknown
      } catch (error) {
        if (isMissing(error)) return undefined
        throw error
      }
    },
    async write(place, session, content) {
      if (!isPlace(place, session)) throw new TypeError('this is no place beside a document')
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const name = nameOf(place)
      // Two processes may write the same file at once.
      const part = join(folder, `${name}.${randomBytes(6).toString('hex')}.part`)
      try {
        const handle = await open(part, 'wx', 0o600)
        try {
          await handle.writeFile(JSON.stringify(content))
          await handle.sync()
        } finally {
          await handle.close()
        }
        await rename(part, join(folder, name))
      } finally {
        await rm(part, { force: true })
      }
    },
    async remove(document, session, condition = () => true) {
      if (!isOf(session, document)) return
      const names = await readdir(folder).catch((error: unknown) => {
        if (isMissing(error)) return []
        throw error
      })
      for (const name of names) {
        const [beside, part = '', ending] = name.split('.')
        if (beside !== document || ending !== 'json' || !condition(part)) continue
        await rm(join(folder, name), { force: true })
      }
    },
  }
}

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT'
