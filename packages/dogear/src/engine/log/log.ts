// The one seam between an engine at work, or what serves it, with the log of its application.

import type { Keyring } from '../../keys/keyring.ts'
import type { SessionId } from '../../store/store.ts'
import { quiet, type Report } from '../foreign.ts'
import { type LogLine, levelOf, type Noted, toErrorLine } from './line.ts'

/** Notes a line for the application's log. Neither throws nor waits. */
export type Log = (noted: Noted) => void

/** The log of an engine, for those who serve it. */
export interface Logging {
  readonly log: Log
  /** The references of a session in the log, today's first: it has another one for each key. */
  loggedAs(session: SessionId): readonly [string, ...string[]]
}

/**
 * The references of a session in the log, by its tag: keyed hashes, one per key, the first key's first, so that a log
 * and a copy of the store do not belong together for anybody without a key. Without keys it is the tag.
 */
export const loggedAs = (keyring: Keyring | undefined, tag: string): readonly [string, ...string[]] => {
  if (!keyring) return [tag]
  const [first, ...older] = keyring.digests('log', tag).map((digest) => digest.slice(0, tag.length))
  return [first as string, ...older]
}

/** The log that `write` keeps, perhaps with a logger of its own; without one, lines go nowhere. */
export function createLog(write: ((line: LogLine) => unknown) | undefined, keyring: Keyring | undefined): Log {
  if (!write) return () => {}
  const told = quiet(write as (line: unknown) => unknown)
  return (noted) => {
    const session = 'session' in noted && noted.session !== undefined ? loggedAs(keyring, noted.session)[0] : undefined
    told({ level: levelOf(noted), ...noted, ...(session !== undefined && { session }) })
  }
}

/** Tells both of an error: the log in its own words, the application's `report` as it was thrown. */
export function reportTo(log: Log, report: Report): Report {
  return (error, about) => {
    log({ ...toErrorLine(error), ...about })
    report(error)
  }
}
