// The file in which a sweep keeps its place with what it has counted so far, so that another run can go on.

import { readFile, rm } from 'node:fs/promises'
import { DogearError } from '../../errors.ts'
import type { SweepPlace } from './every-session.ts'
import { replaceFile } from './whole-file.ts'

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

/** A run that is killed leaves the place before or this one. */
export const writeBookmark = <State>(file: string, bookmark: Bookmark<State>): Promise<void> =>
  replaceFile(file, JSON.stringify(bookmark))

export const removeBookmark = (file: string): Promise<void> => rm(file, { force: true })
