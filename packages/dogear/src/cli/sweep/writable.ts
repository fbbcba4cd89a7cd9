// Files that a command writes at its end, perhaps after hours.

import { open, rm, stat } from 'node:fs/promises'
import { DogearError } from '../../errors.ts'

/** Throws unless the file at `path`, for `option`, can be written. Leaves it as it is, also if there is none. */
export async function checkWritable(path: string, option: string): Promise<void> {
  try {
    const isThere = await stat(path).then(
      () => true,
      () => false,
    )
    await (await open(path, 'a')).close()
    if (!isThere) await rm(path)
  } catch (cause) {
    throw new DogearError('invalid_request', `the file of ${option} cannot be written: name another`, { cause })
  }
}
