// The store on Redis: one key per session, one script per commit.

import { around } from '../store/around.ts'
import type { CommitResult, SessionId, Store } from '../store/store.ts'
import { refuseWiring } from '../wiring.ts'
import { claimDue, toMilliseconds } from './agenda.ts'
import { redisBacklog } from './backlog.ts'
import { createConfirming } from './confirm.ts'
import { connectionOf } from './connection.ts'
import { redisDirectory } from './directory.ts'
import { diagnose } from './doctor/doctor.ts'
import { toFailure } from './failure.ts'
import { pokeOf, removalOf } from './hints/hints.ts'
import { redisKeys } from './keys.ts'
import type { RedisClient } from './options.ts'
import { type RedisStoreOptions, redisProblems } from './options.ts'
import { redisProgress } from './progress.ts'
import { fromCursor, scan } from './scan.ts'
import { fromValue, headLength, headOf, positionLength, recordMark, tombstone, toValue, unreadable } from './value.ts'

/**
 * A `Store` on Redis 7.0 or later, single node or cluster, through the caller's ioredis client, which stays the
 * caller's to close. See `recommendedRedisOptions` for its settings.
 *
 * `read` and `commit` are one command each, even if the commit is lost. Failures of the service are
 * `store_unavailable`; a value this package did not write is `record_unreadable` and stays as it is. Errors hold no
 * session data. Run Redis with `maxmemory-policy noeviction`: any other one evicts sessions.
 *
 * Watchers of all stores of a client share one more connection, duplicated from the client. It ends with the client,
 * and keeps no process alive.
 */
export function redisStore(client: RedisClient, options: RedisStoreOptions = {}): Store {
  refuseWiring('redisStore was given what cannot work', redisProblems(client, options))
  const { prefix = 'dogear', partitions = 256, replicas = 0, replicaWaitMs = 500 } = options
  const keys = redisKeys({ prefix, partitions })
  const connection = connectionOf(client)
  const { scripts, channels } = connection
  const confirming = createConfirming(client, replicas, replicaWaitMs)
  const pokeOn = (id: SessionId): string => channels.nameOf(keys.poke(keys.partitionOf(id)))

  const fail = (error: unknown): never => {
    throw toFailure(error)
  }

  function guarded<T>(request: () => Promise<T>): Promise<T> {
    try {
      const answer = client.status === 'ready' ? request() : connection.whenReady().then(request)
      return answer.catch(fail)
    } catch (error) {
      return Promise.reject(toFailure(error))
    }
  }

  const store: Store = {
    name: 'redis',
    durability: replicas > 0 ? 'replicated' : 'memory',

    async read(id, known) {
      if (!known) return fromValue(await client.getBuffer(keys.session(id)))
      const reply = await scripts.read([keys.session(id)], [headOf(known)])
      return reply === 1 ? 'unchanged' : fromValue(reply as Buffer | null)
    },

    commit(id, expected, entry) {
      const { bytes, revision, epoch = 0, mark, ttlMs, dueAt, dirty = false, poke = false, leases = [] } = entry
      const partition = keys.partitionOf(id)
      const position = { epoch, revision, mark }
      const names = [keys.session(id), keys.due(partition)]
      if (dirty) names.push(keys.dirty(partition))
      const values = [
        expected === 0 ? '' : headOf(expected),
        toValue(bytes, position, dueAt),
        Math.ceil(ttlMs),
        id,
        dueAt === undefined ? '' : Math.ceil(dueAt),
        dirty ? '1' : '',
        poke ? channels.publish : '',
        ...(poke ? [pokeOn(id), pokeOf(id, position)] : ['', '']),
      ]
      if (leases.length > 0) names.push(keys.leases(id))
      for (const { key, token, forMs } of leases) values.push(key, token, Math.ceil(forMs))
      return entry.confirm && replicas > 0
        ? confirming(keys.session(id), position, (commit) => commit(names, values, toResult))
        : scripts.commit(names, values, toResult)
    },

    async remove(id, tombstoneMs) {
      const partition = keys.partitionOf(id)
      const reply = await scripts.remove(
        [keys.session(id), keys.due(partition)],
        [recordMark, headLength, tombstone, Math.ceil(tombstoneMs), id, channels.publish, pokeOn(id), removalOf(id)],
      )
      if (reply !== 0 && reply !== 1) throw unreadable()
      // Keys that may be missing: a script may not take them while their slot moves. Nothing is added from here on.
      await Promise.all([client.del(keys.progress(id)), client.del(keys.leases(id))])
      return reply === 1
    },

    claimDue: (limit, leaseMs, except = new Set(), order = 'earliest') =>
      claimDue(connection, keys, { limit, leaseMs: Math.ceil(leaseMs), except, order }),

    async defer(id, at, leaseUntil) {
      return (await scripts.defer([keys.due(keys.partitionOf(id))], [id, Math.ceil(at), leaseUntil])) === 1
    },

    async reschedule(id, dryRun) {
      const names = [keys.session(id), keys.due(keys.partitionOf(id))]
      const reply = await scripts.reschedule(names, [id, recordMark, positionLength, headLength, dryRun ? '1' : ''])
      return reply === 1
    },

    async hold(id, key, token, forMs, known) {
      const lease = [key, token, Math.ceil(forMs)]
      const reply = await (known
        ? scripts.hold([keys.leases(id), keys.session(id)], [...lease, headOf(known)])
        : scripts.hold([keys.leases(id)], lease))
      return reply === 2 ? 'unchanged' : reply === 1
    },

    ...redisBacklog(connection, keys),

    ...redisProgress(client, connection, keys),

    async tracesOf(id) {
      const partition = keys.partitionOf(id)
      const [head, due, dirty, leases, progress] = await Promise.all([
        client.getrangeBuffer(keys.session(id), 0, headLength - 1),
        client.zscore(keys.due(partition), id),
        client.zscore(keys.dirty(partition), id),
        client.exists(keys.leases(id)),
        client.exists(keys.progress(id)),
      ])
      return {
        record: head.length > 0 && !head.equals(tombstone),
        agenda: due !== null,
        backlog: dirty !== null,
        leases: Number(leases) > 0,
        progress: Number(progress) > 0,
      }
    },

    now: async () => toMilliseconds(await client.time()),

    directory: redisDirectory(connection, keys),

    async scan(cursor, limit) {
      const place = cursor === undefined ? undefined : fromCursor(cursor)
      return guarded(() => scan(client, keys, { place, limit }))
    },

    watch: (id, listener) => connection.watch(pokeOn(id), id, listener),

    diagnose: () => diagnose(client, keys),
  }
  return around(store, guarded)
}

const toResult = (reply: unknown): CommitResult =>
  typeof reply === 'number'
    ? { committed: true, now: reply }
    : { committed: false, current: fromValue(reply as Buffer | null) }
