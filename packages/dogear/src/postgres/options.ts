// The options of the store on Postgres: what can work, the recommended settings of its pool.

import type { PoolConfig } from 'pg'
import { aNumber, must, optional, problemsOf } from '../wiring.ts'
import { isPglite, isPool } from './database.ts'

/**
 * `schema` holds the tables and is created if missing: lower-case letters, digits and underscores, at most 63.
 * `pollMs`: between two looks at all watched sessions (1,000). `reclaimMs`: between two times at which a process that
 * uses the store deletes what expired (10,000). Both in milliseconds.
 */
export type PostgresStoreOptions = { schema?: string; pollMs?: number; reclaimMs?: number }

const checks = {
  schema: optional(
    must(
      'a plain name: 1 to 63 lower-case letters, digits and underscores, no digit first',
      (value) => typeof value === 'string' && /^[a-z_][a-z0-9_]{0,62}$/.test(value),
    ),
  ),
  pollMs: optional(aNumber(1)),
  reclaimMs: optional(aNumber(0)),
}

const clientChecks = {
  client: must('a Pool of pg, or a PGlite', (value) => isPglite(value) || isPool(value)),
}

/** The problems of that which a store on Postgres is given. */
export const postgresProblems = (client: unknown, options: unknown): string[] => [
  ...problemsOf({ client }, clientChecks),
  ...problemsOf(options, checks),
]

/**
 * Settings for `new Pool({ connectionString, ...recommendedPoolOptions })`.
 *
 * - `connectionTimeoutMillis`: a call settles even if the pool has no free connection.
 * - `statement_timeout`: the server cancels a statement, so that a lost caller does not hold a lock for long.
 * - `query_timeout`: a call settles even if the server hangs; the pool then closes that connection. The outcome of such
 *   a commit is *unknown*: Postgres may have carried it out.
 *
 * Listen to the pool's `error` event: without a listener, an idle connection that breaks ends the process.
 */
export const recommendedPoolOptions: PoolConfig = {
  connectionTimeoutMillis: 2000,
  statement_timeout: 4000,
  query_timeout: 5000,
  keepAlive: true,
}
