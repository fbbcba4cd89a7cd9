// The options of the store on Redis: what can work, the recommended settings of its client.

import type { Cluster, ClusterOptions, Redis, RedisOptions } from 'ioredis'
import { aCount, having, must, optional, problemsOf } from '../wiring.ts'

/** The client that `redisStore` takes, made and closed by the caller: one Redis, or a Redis Cluster. */
export type RedisClient = Redis | Cluster

/**
 * `prefix` starts every key; `partitions` is the number of slots in use. Neither may change once there is data.
 * `replicas` (0): how many have to confirm a commit that starts an effect, within `replicaWaitMs` (500) milliseconds.
 */
export type RedisStoreOptions = { prefix?: string; partitions?: number; replicas?: number; replicaWaitMs?: number }

const clientChecks = {
  client: having(
    'a client of ioredis, such as new Redis(url)',
    ['defineCommand', 'getBuffer', 'duplicate'],
    ['status'],
  ),
}

const checks = {
  // Braces would move the hash tag of a key.
  prefix: optional(
    must('a text without braces, and not empty', (value) => typeof value === 'string' && /^[^{}]+$/.test(value)),
  ),
  // A cluster has so many slots.
  partitions: optional(aCount(1, 16_384)),
  replicas: optional(aCount(0)),
  replicaWaitMs: optional(aCount(1)),
}

/** The problems of that which a store on Redis is given. */
export const redisProblems = (client: unknown, options: unknown): string[] => [
  ...problemsOf({ client }, clientChecks),
  ...problemsOf(options, checks),
]

const retryAfter = (attempt: number): number => Math.min(50 * 2 ** Math.min(attempt, 5), 1000)

/** Of every connection, be it to the one server or to a node of a cluster. */
const connection = {
  connectTimeout: 2000,
  commandTimeout: 2000,
  socketTimeout: 4000,
  maxRetriesPerRequest: 1,
  autoResendUnfulfilledCommands: true,
} satisfies RedisOptions

/**
 * Settings for `new Redis(url, recommendedRedisOptions)`.
 *
 * - `commandTimeout`: a call settles even if Redis hangs. Its outcome is *unknown*: Redis may have carried it out.
 * - `socketTimeout`: replaces a connection that is silent while calls are under way. Without it, only TCP notices a
 *   host that disappeared, minutes later.
 * - `maxRetriesPerRequest`: a call survives one lost connection, then it fails.
 * - `enableOfflineQueue`: during an outage calls fail at once instead of piling up.
 * - `autoResendUnfulfilledCommands`: on; without it ioredis 6.0.0 forgets the calls under way on a lost connection, and
 *   each hangs until its timeout. A script may therefore run twice; compare-and-set makes that harmless.
 * - `enableAutoPipelining`: calls of one turn of the event loop leave as one write. Those that come while it is under
 *   way wait for its answers, so where Redis hangs their `commandTimeout` begins that much later.
 * - `retryStrategy`: never gives up, with at most one second between two attempts.
 * - `reconnectOnError`: reconnects when the primary became a replica (READONLY), to find the new primary.
 */
export const recommendedRedisOptions: Omit<RedisOptions, 'replyMapping'> = {
  ...connection,
  enableOfflineQueue: false,
  enableAutoPipelining: true,
  retryStrategy: retryAfter,
  reconnectOnError: (error) => (error.message.startsWith('READONLY') ? 1 : false),
}

/**
 * Settings for `new Cluster(nodes, recommendedClusterOptions)`.
 *
 * - `redisOptions`: of the connection to each node, as above. `commandTimeout` counts from the first node that is
 *   asked, so that it ends all redirections and retries of a call.
 * - `maxRedirections` with the delays: a call whose slot is moved, down or failing over is tried again about every
 *   100 ms, and fails before `commandTimeout` is over, because then its error says why.
 * - `enableOfflineQueue`: off, as that of a cluster has no timeout.
 * - `enableAutoPipelining`: off, as a slot that moves would make calls for its neighbours fail.
 * - `scaleReads`: a replica may not have heard of the last commit.
 * - `clusterRetryStrategy`: never gives up, with at most one second between two attempts.
 */
export const recommendedClusterOptions: Omit<ClusterOptions, 'redisOptions'> & {
  redisOptions: Omit<NonNullable<ClusterOptions['redisOptions']>, 'replyMapping'>
} = {
  redisOptions: connection,
  maxRedirections: 16,
  retryDelayOnFailover: 100,
  retryDelayOnClusterDown: 100,
  retryDelayOnTryAgain: 100,
  enableOfflineQueue: false,
  enableAutoPipelining: false,
  scaleReads: 'master',
  clusterRetryStrategy: retryAfter,
}
