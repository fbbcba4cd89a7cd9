// The directory in Redis: one key for each owner or code, one command per call.

import type { Directory } from '../store/store.ts'
import type { Connection } from './connection.ts'
import type { RedisKeys } from './keys.ts'

/** The directory below `keys`. Its calls reject with the client's own errors. */
export function redisDirectory({ client, scripts }: Connection, keys: RedisKeys): Directory {
  return {
    async add(owner, id, ttlMs) {
      await scripts.enlist([keys.owner(owner)], [id, Math.ceil(ttlMs)])
    },

    async list(owner, limit) {
      const ids = await scripts.listed([keys.owner(owner)], [Math.max(0, Math.floor(limit))])
      return (ids as Buffer[]).map(String)
    },

    async drop(owner, id) {
      await client.zrem(keys.owner(owner), id)
    },

    async putCode(code, value, ttlMs) {
      return (await scripts['put-code']([keys.code(code)], [value, Math.ceil(ttlMs)])) === 1
    },

    async tryCode(code, maxTries) {
      const value = await scripts['try-code']([keys.code(code)], [maxTries])
      return value === null ? undefined : String(value)
    },

    async dropCode(code) {
      await client.del(keys.code(code))
    },
  }
}
