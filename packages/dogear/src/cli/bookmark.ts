// The file in which a sweep keeps its place with what it has counted so far, so that another run can go on.

import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import type { SweepPlace } from './every-session.ts'

/** `command` is the one that wrote it. */
export type Bookmark<State> = { command: string; place: SweepPlace; state: State }

/** Reads a bookmark; undefined where there is none. Throws `TypeError` for a file that is none of this command's. */
export async function readBookmark<State>(file: string, command: string): Promise<Bookmark<State> | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return undefined
  const found = parse(text)
  if (found?.command === command && typeof found.place?.cursor === 'string') return found as Bookmark<State>
  throw new TypeError(`the file of --resume is none that "dogear ${command}" has written: delete it, or name another`)
}

function parse(text: string): Partial<Bookmark<unknown>> | null {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** Replaces the file at once, so that a run that is killed leaves the place before or this one. */
export async function writeBookmark<State>(file: string, bookmark: Bookmark<State>): Promise<void> {
  await writeFile(`${file}.new`, JSON.stringify(bookmark))
  await rename(`${file}.new`, file)
}

export const removeBookmark = (file: string): Promise<void> => rm(file, { force: true })
