// Files that a command writes: there is the whole of one, or what was there before.

import { rename, rm, writeFile } from 'node:fs/promises'
import { DogearError } from '../../errors.ts'

/** Throws unless the file that `option` names can be written. A command may come to it only after a long time. */
export async function checkWritable(file: string, option: string): Promise<void> {
  try {
    await writeFile(`${file}.new`, '')
    await rm(`${file}.new`)
  } catch (cause) {
    throw new DogearError('invalid_request', `the file of ${option} cannot be written: name another`, { cause })
  }
}

/** Replaces the file at once. */
export async function replaceFile(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text)
  await rename(`${file}.new`, file)
}
