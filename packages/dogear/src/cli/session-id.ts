// Names of sessions on the command line, where an operator may also paste a cookie or the reference of an error.

import { tagOf } from '../engine/access.ts'
import type { Engine } from '../engine/engine.ts'
import { parseToken } from '../http/browser/cookie.ts'
import type { SessionId } from '../store/store.ts'

/** The id in `text`: an id, or a cookie value `selector.secret` with or without its name. Undefined for neither. */
export function toSessionId(text: string): string | undefined {
  const value = text.slice(text.lastIndexOf('=') + 1)
  if (/^[A-Za-z0-9_-]{43}$/.test(value)) return value
  return parseToken(value)?.credential.id
}

/** The id or the reference in `text`: ten characters, as an error page or a log shows them. Undefined for neither. */
export function toSessionName(text: string): string | undefined {
  return isReference(text) ? text : toSessionId(text)
}

export const isReference = (text: string): boolean => /^[A-Za-z0-9_-]{10}$/.test(text)

/**
 * The session with a reference, undefined if there is none. A reference, that of an error page or that of the log, is
 * a hash of the id, so this looks at the ids of all sessions, and tells `progress` which part of them is behind.
 */
export async function findByReference(
  { store, loggedAs }: Pick<Engine, 'store' | 'loggedAs'>,
  reference: string,
  progress: (done: number) => void,
): Promise<SessionId | undefined> {
  let cursor: string | undefined
  do {
    const batch = await store.scan(cursor, 500)
    const found = batch.found.find(({ id }) => [tagOf(id), ...loggedAs(id)].includes(reference))
    if (found) return found.id
    progress(batch.done)
    cursor = batch.cursor
  } while (cursor !== undefined)
  return undefined
}

/**
 * `args` with names behind `--`, or joined to `--session`: one may begin with dashes and would be parsed as an option.
 * `flags` are none.
 */
export function shieldIds(args: readonly string[], flags: readonly string[]): string[] {
  const joined = args.flatMap((arg, at) => {
    if (args[at - 1] === named) return []
    return arg === named && args[at + 1] !== undefined ? [`${named}=${args[at + 1]}`] : [arg]
  })
  const isFlag = (arg: string) => flags.includes(arg) || flags.includes(arg.replace(/=.*$/s, ''))
  const ids = joined.filter((arg) => arg.startsWith('-') && !isFlag(arg) && toSessionName(arg) !== undefined)
  return [...joined.filter((arg) => !ids.includes(arg)), ...(ids.length > 0 ? ['--', ...ids] : [])]
}

/** The option that takes the name of a session. */
const named = '--session'
