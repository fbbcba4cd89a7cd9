// What a failing Redis looks like to the rest of the package: a code, and a cause without session data.

import { DogearError } from '../errors.ts'
import { unreadable } from './value.ts'

/**
 * The error to throw for whatever a Redis call threw: `record_unreadable` if the key has another type, else `store_unavailable`.
 *
 * ioredis hangs the command with its arguments on the errors it throws, and an unknown command is quoted in the message:
 * the cause is therefore a copy with the cleaned message only.
 */
export function toFailure(error: unknown): DogearError {
  if (error instanceof DogearError) return error
  const cause = scrubbed(error)
  if (cause.message.includes('WRONGTYPE')) return unreadable(cause)
  return new DogearError('store_unavailable', 'Redis did not answer as it should.', { cause, retryAfterMs: 1000 })
}

function scrubbed(error: unknown): Error {
  if (!(error instanceof Error)) return new Error('unknown failure')
  const cause = new Error(error.message.replace(/,? with args beginning with.*/s, ''))
  cause.name = error.name
  return cause
}
