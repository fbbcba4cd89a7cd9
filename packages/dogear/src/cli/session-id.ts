// Session ids on the command line, where an operator may also paste a cookie.

import { parseToken } from '../http/cookie.ts'

/** The id in `text`: an id, or a cookie value `selector.secret` with or without its name. Undefined for neither. */
export function toSessionId(text: string): string | undefined {
  const value = text.slice(text.lastIndexOf('=') + 1)
  if (/^[A-Za-z0-9_-]{43}$/.test(value)) return value
  return parseToken(value)?.credential.id
}

/** `args` with ids behind `--`: an id may begin with a dash and would be parsed as an option. */
export function shieldIds(args: readonly string[]): string[] {
  const ids = args.filter((arg) => arg.startsWith('-') && toSessionId(arg) !== undefined)
  return [...args.filter((arg) => !ids.includes(arg)), ...(ids.length > 0 ? ['--', ...ids] : [])]
}
