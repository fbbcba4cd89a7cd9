// Turns errors of ioredis into errors of this package, without session data.

import { DogearError } from '../errors.ts'
import { scrubbed } from '../store/scrubbed.ts'
import { troubleOf } from './troubles.ts'
import { unreadable } from './value.ts'

const retryAfterMs = 1000

/**
 * The error to throw for an error of a Redis call: `record_unreadable` if the key has another type, else
 * `store_unavailable`, whose message says what to do where Redis said what is wrong.
 *
 * Errors of ioredis carry the command with its arguments, and quote an unknown command in the message. The cause is
 * therefore a copy that has only the cleaned message.
 */
export function toFailure(error: unknown): DogearError {
  if (error instanceof DogearError) return error
  // A cluster of which no node says where the slots are has the reason of the last one.
  const cause = scrubbed((error as { lastNodeError?: unknown } | null)?.lastNodeError ?? error, quoted)
  if (cause.message.includes('WRONGTYPE')) return unreadable(cause)
  const trouble = troubleOf(cause.message)
  if (!trouble)
    return new DogearError('store_unavailable', 'Redis did not answer as it should.', { cause, retryAfterMs })
  const { meaning, advice } = trouble
  return new DogearError('store_unavailable', `${meaning}: ${advice}`, { cause, retryAfterMs: trouble.retryAfterMs })
}

const quoted = /,? with args beginning with.*/s
