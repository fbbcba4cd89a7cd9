// Errors of clients without what they carry: the command with its arguments, the row, the response.

type ClientError = { name?: unknown; message?: unknown; code?: unknown }

/**
 * A copy of a client's error, to be the cause of ours: its name, its code, and its message without what `quotes`
 * matches. Its stack is that of the copy, as that of the original repeats the message.
 */
export function scrubbed(error: unknown, quotes: RegExp): Error {
  const { name, message, code } = Object(error) as ClientError
  const copy = new Error(typeof message === 'string' ? message.replace(quotes, '') : 'unknown failure')
  if (typeof name === 'string') copy.name = name
  return typeof code === 'string' ? Object.assign(copy, { code }) : copy
}
