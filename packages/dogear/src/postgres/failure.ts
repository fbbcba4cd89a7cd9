// Turns errors of Postgres into errors of this package, without session data.

import { DogearError } from '../errors.ts'
import { scrubbed } from '../store/scrubbed.ts'

/** True if Postgres gave up a transaction in favour of another one (SQLSTATE 40001, 40P01): nothing of it was kept. */
export function wasRolledBack(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown }
  return code === '40001' || code === '40P01'
}

/**
 * The error to throw for an error of a query.
 *
 * Postgres quotes rows and parameters in an error's `detail` and `where`, and a value that it cannot read after a colon
 * in the message. The cause is therefore a copy that has only the name, the rest of the message and the SQLSTATE.
 */
export function toFailure(error: unknown): DogearError {
  if (error instanceof DogearError) return error
  const cause = scrubbed(error, quoted)
  return new DogearError('store_unavailable', 'Postgres did not answer as it should.', { cause, retryAfterMs: 1000 })
}

const quoted = /: ".*"/s
