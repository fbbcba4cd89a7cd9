// The backlog of the archive on Redis: sessions with commits that are not settled yet.

import type { Dirty, Store } from '../store/store.ts'
import { toMilliseconds } from './agenda.ts'
import type { Connection } from './connection.ts'
import type { RedisKeys } from './keys.ts'
import { type Leased, look } from './look.ts'
import { dueAtOf, fromValue, headOf, tombstone } from './value.ts'

const mostRounds = 8

type Backlog = Required<Pick<Store, 'claimDirty' | 'settle' | 'lifeOf' | 'lag'>>

export function redisBacklog(connection: Connection, keys: RedisKeys): Backlog {
  const { client, scripts } = connection

  async function open({ id, at: since }: { id: string; at: number }): Promise<Dirty> {
    const life = keys.life(keys.partitionOf(id))
    const reply = await scripts.dirty([keys.session(id), life], [])
    const [value, ttlMs, text] = reply as [Buffer | null, number, Buffer]
    const dueAt = (value && dueAtOf(value)) || undefined
    return { id, since, found: fromValue(value), dueAt, ttlMs: Math.max(0, ttlMs), life: String(text) }
  }

  return {
    async claimDirty(limit, leaseMs, restMs = 0) {
      const claim = { leaseMs: Math.ceil(leaseMs), restMs: Math.ceil(restMs), except: new Set<string>() }
      const leased: Leased[] = []
      // On a cluster others may have been faster with what a look has seen.
      for (let more = true, round = 0; more && leased.length < limit && round < mostRounds; round++) {
        const rest = { ...claim, limit: limit - leased.length, order: 'earliest' as const, of: keys.dirty }
        const looked = await look(connection, keys, rest)
        leased.push(...looked.leased)
        if (looked.failure !== undefined && leased.length === 0) throw looked.failure
        more = looked.more && looked.failure === undefined
      }
      // A value that cannot be read is left to its lease: it must not stop the others.
      const opened = await Promise.allSettled(leased.map(open))
      const failed = opened.find((one) => one.status === 'rejected')
      const dirty = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
      if (failed && dirty.length === 0) throw failed.reason
      return dirty
    },

    async settle(id, position, keepMs) {
      const partition = keys.partitionOf(id)
      const keep = keepMs === undefined ? '' : Math.max(1, Math.ceil(keepMs))
      const values = [position ? headOf(position) : '', id, keep, tombstone]
      return (await scripts.settle([keys.session(id), keys.dirty(partition)], values)) === 1
    },

    async lifeOf(id) {
      const partition = keys.partitionOf(id)
      const reply = await scripts.life([keys.dirty(partition), keys.life(partition)], [id])
      const [life, settled] = reply as [Buffer, number]
      return { life: String(life), settled: settled === 1 }
    },

    async lag() {
      const all = Array.from({ length: keys.partitions }, (_, partition) => keys.dirty(partition))
      const [now, counts, heads] = await Promise.all([
        client.time().then(toMilliseconds),
        Promise.all(all.map((key) => client.zcard(key))),
        Promise.all(all.map((key) => client.zrange(key, '0', '0', 'WITHSCORES'))),
      ])
      // Each head is `[id, score]`, a list in a list with `replyMapping: 'resp3'`, or empty.
      const scores = heads.map((head: unknown[]) => head.flat()).flatMap(([, score]) => (score ? [Number(score)] : []))
      const oldest = Math.min(...scores)
      const sessions = counts.reduce((sum, count) => sum + Number(count), 0)
      return { sessions, oldestMs: sessions > 0 ? Math.max(0, now - oldest) : 0 }
    },
  }
}
