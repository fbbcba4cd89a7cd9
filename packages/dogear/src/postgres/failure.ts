// What a failing Postgres looks like to the rest of the package: a code, and a cause without session data.

import { DogearError } from '../errors.ts'

/**
 * The error to throw for whatever a query threw.
 *
 * Postgres quotes rows and parameters in an error's `detail` and `where`: the cause is a copy with message and SQLSTATE only.
 */
export function toFailure(error: unknown): DogearError {
  if (error instanceof DogearError) return error
  const cause = new Error(error instanceof Error ? error.message : 'unknown failure')
  if (error instanceof Error && 'code' in error) Object.assign(cause, { code: error.code })
  return new DogearError('store_unavailable', 'Postgres did not answer as it should.', { cause, retryAfterMs: 1000 })
}
