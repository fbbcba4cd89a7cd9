// The settings of a `pg` pool under which every call settles.

import type { PoolConfig } from 'pg'

type Recommended = Pick<PoolConfig, 'connectionTimeoutMillis' | 'query_timeout' | 'statement_timeout' | 'keepAlive'>

/**
 * Settings for `new Pool({ connectionString, ...recommendedPoolOptions })`.
 *
 * - `connectionTimeoutMillis`: a call settles even if no connection is to be had.
 * - `statement_timeout`: the server gives up a statement, so a lost caller holds no lock for long.
 * - `query_timeout`: a call settles even if the server hangs; the pool then throws that connection away. Such a commit is
 *   *unknown*, not failed.
 *
 * Listen to the pool's `error` event: without a listener, an idle connection that breaks ends the process.
 */
export const recommendedPoolOptions: Recommended = {
  connectionTimeoutMillis: 2000,
  statement_timeout: 4000,
  query_timeout: 5000,
  keepAlive: true,
}
