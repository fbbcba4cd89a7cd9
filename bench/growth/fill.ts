// Many sessions in Redis without their turns: copies of one stored value under ids of their own.

import type { Redis } from 'ioredis'
import { redisKeys } from '../../packages/dogear/src/redis/keys.ts'

const { session } = redisKeys({ prefix: 'dogear', partitions: 256 })
const batch = 2_000
const script = `
local value, left = redis.call('GET', ARGV[1]), redis.call('PTTL', ARGV[1])
for i, key in ipairs(KEYS) do redis.call('SET', key, value, 'PX', left) end`

export const copyId = (index: number): string => `copy${index.toString().padStart(39, '0')}`

/** Writes `count` copies of the session `id`. */
export async function fill(client: Redis, id: string, count: number): Promise<void> {
  for (let from = 0; from < count; from += batch) {
    const keys = Array.from({ length: Math.min(batch, count - from) }, (_, index) => session(copyId(from + index)))
    await client.eval(script, keys.length, ...keys, session(id))
  }
}
