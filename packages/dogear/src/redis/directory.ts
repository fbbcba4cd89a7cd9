// Owners' sessions and one-time codes in Redis: one key each, one command per call.

import type { Directory } from '../store/store.ts'
import type { RedisKeys } from './keys.ts'
import { type RedisClient, scriptsOf } from './scripts.ts'

/** The directory below `keys`. Its calls reject with whatever the client says. */
export function redisDirectory(client: RedisClient, keys: RedisKeys): Directory {
  const scripts = scriptsOf(client)
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
