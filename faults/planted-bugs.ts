// Bugs planted around the product, each of which the judges have to see: the proof that "no violations" means
// something.

import { msgpackCodec, type Position, type Store } from 'dogear'
import type { Redis } from 'ioredis'
import type { PlainCodec } from '../packages/dogear/src/codec/codec.ts'
import { redisKeys } from '../packages/dogear/src/redis/keys.ts'
import { toValue } from '../packages/dogear/src/redis/value.ts'

/** The parts of a process that a bug replaces. */
export type Plant = {
  store?: (store: Store, client: Redis, prefix: string) => Store
  codec?: (codec: PlainCodec) => PlainCodec
  /** The idempotency key of an attempt. */
  keyOf?: (effectId: string) => string
}

const hourMs = 3_600_000

export const plantedBugs: Readonly<Record<string, Plant>> = {
  'no compare-and-set': {
    store: (store, client, prefix) => ({
      ...store,
      async commit(id, expected, entry) {
        const result = await store.commit(id, expected, entry)
        if (result.committed) return result
        const keys = redisKeys({ prefix, partitions: 256 })
        const value = toValue(entry.bytes, { epoch: 0, revision: entry.revision, mark: entry.mark }, entry.dueAt)
        await client.set(keys.session(id), value, 'PX', Math.ceil(entry.ttlMs))
        return { committed: true, now: Date.now() }
      },
    }),
  },
  'no receipts': {
    codec: (codec) => ({ ...codec, decode: (bytes) => ({ ...codec.decode(bytes), receipts: [] }) }),
  },
  'no fencing of results': {
    codec: (codec) => ({
      ...codec,
      decode(bytes) {
        const record = codec.decode(bytes)
        return { ...record, effects: record.effects.map((effect) => ({ ...effect, attempt: 1 })) }
      },
    }),
  },
  'lost timers': {
    store: (store) => ({
      ...store,
      commit: (id, expected, { dueAt: _, ...entry }) => store.commit(id, expected, entry),
    }),
  },
  'expiry set after the write': {
    store: (store, client, prefix) => ({
      ...store,
      async commit(id, expected, entry) {
        const result = await store.commit(id, expected, { ...entry, ttlMs: entry.ttlMs * 10 })
        if (result.committed)
          await client.pexpire(redisKeys({ prefix, partitions: 256 }).session(id), Math.ceil(entry.ttlMs))
        return result
      },
    }),
  },
  'a new key for every attempt': { keyOf: (effectId) => `${effectId}.${Math.random()}` },
  'acknowledged before it is written': {
    store: (store) => ({
      ...store,
      commit: async (id, expected, entry) =>
        expected !== 0 && expected.revision === 2
          ? { committed: true, now: Date.now() }
          : store.commit(id, expected, entry),
    }),
  },
  'reads from a copy that lags': {
    store: (store) => ({ ...store, read: async (id, known) => (known ? 'unchanged' : store.read(id)) }),
  },
  'the clock of the process instead of the store': {
    store: (store) => ({
      ...store,
      now: async () => Date.now() + hourMs,
      async commit(id, expected, entry) {
        const result = await store.commit(id, expected, entry)
        return result.committed ? { committed: true, now: Date.now() + hourMs } : result
      },
    }),
  },
}

/** The codec with the bug of `plant`, if that bug is in the codec. */
export function plantedCodec({ codec = (sound) => sound }: Plant): PlainCodec {
  return codec(msgpackCodec())
}

/** A store that takes any commit of a revision for the one that is expected. It shows only where writes are lost. */
export function ignoringMarks(store: Store): Store {
  const likeStored: (id: string, position: Position) => Promise<Position> = async (id, position) => {
    const found = await store.read(id)
    const mark = typeof found === 'object' ? found.position.mark : position.mark
    return { ...position, mark }
  }
  return {
    ...store,
    read: async (id, known) => store.read(id, known && (await likeStored(id, known))),
    commit: async (id, expected, entry) => store.commit(id, expected === 0 ? 0 : await likeStored(id, expected), entry),
  }
}
