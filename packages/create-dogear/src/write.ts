// The one moment in which anything is written: all files of an app, or none.

import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { Files } from './app.ts'
import { Refusal } from './refusal.ts'

/** Writes `files` into `folder`, which is empty or not there. Leaves nothing and throws a `Refusal` if it cannot. */
export function writeFiles(folder: string, files: Files): void {
  const path = resolve(folder)
  const before = existsSync(path) ? readdirSync(path) : undefined
  // Nothing else runs while these loops do, an interruption of the process by the person included.
  const later = () => {}
  process.on('SIGINT', later)
  try {
    for (const [name, text] of files) {
      mkdirSync(dirname(join(path, name)), { recursive: true })
      writeFileSync(join(path, name), text, { flag: 'wx', mode: name === '.env' ? 0o600 : 0o666 })
    }
  } catch (error) {
    for (const entry of before ? readdirSync(path).filter((one) => !before.includes(one)) : [''])
      rmSync(join(path, entry), { recursive: true, force: true })
    throw new Refusal(`The app could not be written, and nothing of it is left: ${(error as Error).message}.`)
  } finally {
    process.off('SIGINT', later)
  }
}
