// The settings of a `pg` pool under which every call settles.

import type { PoolConfig } from 'pg'

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
