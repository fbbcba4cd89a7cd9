// The file in which a sweep keeps its place with what it has counted so far, so that another run can go on.

import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { DogearError } from '../../errors.ts'
import type { SweepPlace } from './every-session.ts'
import { checkWritable } from './writable.ts'

/** `command` is the one that wrote it. */
export type Bookmark<State> = { command: string; place: SweepPlace; state: State }

/**
 * Reads a bookmark; undefined where there is none. Throws for a file that is none of this command's, or whose state has
 * not all that `fresh` has: a release before counted less.
 */
export async function readBookmark<State>(
  file: string,
  command: string,
  fresh: State,
): Promise<Bookmark<State> | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw new DogearError('invalid_request', 'the file of --resume cannot be read', { cause: error })
  })
  if (text === undefined) return undefined
  const found = parse(text)
  const isWhole = Object.keys(Object(fresh)).every((key) => Object.hasOwn(Object(found?.state), key))
  if (found?.command === command && typeof found.place?.cursor === 'string' && isWhole) return found as Bookmark<State>
  const problem = `the file of --resume is none that "dogear ${command}" has written: delete it, or name another`
  throw new DogearError('invalid_request', problem)
}

function parse(text: string): Partial<Bookmark<unknown>> | null {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

const next = (file: string): string => `${file}.new`

/** Throws unless a place can be kept in `file`. */
export const checkBookmark = (file: string): Promise<void> => checkWritable(next(file), '--resume')

/** Replaces the file at once, so that a run that is killed leaves the place before or this one. */
export async function writeBookmark<State>(file: string, bookmark: Bookmark<State>): Promise<void> {
  await writeFile(next(file), JSON.stringify(bookmark))
  await rename(next(file), file)
}

export const removeBookmark = (file: string): Promise<void> => rm(file, { force: true })
