// The server's keys: from the environment, or one of its own for development, kept in the data folder.

import { randomBytes } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { dataFolder } from './data-folder.ts'

/**
 * The keys in `DOGEAR_KEYS` (`id:base64url`, 32 bytes or more each, separated by commas; the first seals, all open).
 * Without them a development machine makes a key on its first start, readable by nobody else. Throws `TypeError`
 * otherwise.
 */
export function serverKeys(): readonly string[] {
  const { env } = process
  const given = env.DOGEAR_KEYS?.split(',').map((key) => key.trim())
  if (given) return given
  if (env.NEXT_PHASE === 'phase-production-build') return [makeKey()]
  if (env.NODE_ENV === 'production' && env.DOGEAR_INSECURE_LOCALHOST !== '1')
    throw new TypeError(
      'DOGEAR_KEYS is not set: sessions, links, codes and accounts need a key that outlives this process.',
    )
  return [developmentKey()]
}

function developmentKey(): string {
  const folder = dataFolder()
  const file = join(folder, 'development.key')
  mkdirSync(folder, { recursive: true })
  // Written to a file of its own, then linked: of several processes one wins, and none reads half a key.
  const mine = join(folder, `development.key.${process.pid}`)
  writeFileSync(mine, `${makeKey()}\n`, { mode: 0o600 })
  try {
    linkSync(mine, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(mine, { force: true })
  }
  return readFileSync(file, 'utf8').trim()
}

const makeKey = () => randomBytes(32).toString('base64url')
