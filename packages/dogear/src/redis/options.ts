// The ioredis settings under which every call settles and the client finds back by itself.

import type { RedisOptions } from 'ioredis'

type Recommended = Pick<
  RedisOptions,
  | 'connectTimeout'
  | 'commandTimeout'
  | 'socketTimeout'
  | 'maxRetriesPerRequest'
  | 'enableOfflineQueue'
  | 'autoResendUnfulfilledCommands'
  | 'retryStrategy'
  | 'reconnectOnError'
>

/**
 * Settings for `new Redis(url, recommendedRedisOptions)`; for a cluster pass them as `redisOptions`, with
 * `enableOfflineQueue: false` and `scaleReads: 'master'` next to it.
 *
 * - `commandTimeout`: a call settles even if Redis hangs. Such a call is *unknown*, not failed: it may have been carried out.
 * - `socketTimeout`: a connection that went silent with calls under way is given up and made anew; without it a host that
 *   vanished without a word is waited for until TCP notices.
 * - `maxRetriesPerRequest`: a call outlives one lost connection, then it fails.
 * - `enableOfflineQueue`: during an outage calls fail at once instead of piling up.
 * - `autoResendUnfulfilledCommands`: on; without it ioredis 6.0.0 forgets the calls that were under way when a connection is lost,
 *   and each hangs until its timeout. A script may therefore run twice; compare-and-set makes that harmless.
 * - `retryStrategy`: never gives up, and looks again at least every second.
 * - `reconnectOnError`: a primary that became a replica (READONLY) is left for the new one.
 */
export const recommendedRedisOptions: Recommended = {
  connectTimeout: 2000,
  commandTimeout: 2000,
  socketTimeout: 4000,
  maxRetriesPerRequest: 1,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: true,
  retryStrategy: (attempt) => Math.min(50 * 2 ** Math.min(attempt, 5), 1000),
  reconnectOnError: (error) => (error.message.startsWith('READONLY') ? 1 : false),
}
