// Turns errors of Postgres into errors of this package, without session data.

import { DogearError } from '../errors.ts'

/** True if Postgres gave up a transaction in favour of another one (SQLSTATE 40001, 40P01): nothing of it was kept. */
export function wasRolledBack(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown }
  return code === '40001' || code === '40P01'
}

/**
 * The error to throw for an error of a query.
 *
 * Postgres quotes rows and parameters in an error's `detail` and `where`. The cause is therefore a copy that has only
 * the message and the SQLSTATE.
 */
export function toFailure(error: unknown): DogearError {
  if (error instanceof DogearError) return error
  const cause = new Error(error instanceof Error ? error.message : 'unknown failure')
  if (error instanceof Error && 'code' in error) Object.assign(cause, { code: error.code })
  return new DogearError('store_unavailable', 'Postgres did not answer as it should.', { cause, retryAfterMs: 1000 })
}
