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
 * The words of a command line, the command first, in an order that commander reads as it is meant: an option with its
 * value is one word, and the arguments, in their order, stand behind `--` if one of them begins with a dash, as the
 * name of a session may. `takesValue` says of every option whether it has a value.
 */
export function argumentsLast(words: readonly string[], takesValue: ReadonlyMap<string, boolean>): string[] {
  const [options, given]: [string[], string[]] = [[], []]
  const [command, ...rest] = words
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--') given.push(...rest.splice(0))
    else if (takesValue.get(word) && rest[0] !== undefined) options.push(`${word}=${rest.shift()}`)
    else if (word.startsWith('-') && (isOption(word, takesValue) || toSessionName(word) === undefined))
      options.push(word)
    else given.push(word)
  }
  const dashed = given.some((word) => word.startsWith('-'))
  return [...(command === undefined ? [] : [command]), ...options, ...(dashed ? ['--'] : []), ...given]
}

const isOption = (word: string, known: ReadonlyMap<string, boolean>): boolean => known.has(word.replace(/=.*$/s, ''))
