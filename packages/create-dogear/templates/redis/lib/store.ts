// The place where sessions are kept: the Redis at REDIS_URL.
import { recommendedRedisOptions, redisStore } from 'dogear/redis'
import { Redis } from 'ioredis'
import { REDIS_URL } from './env'

export async function openStore() {
  const redis = new Redis(REDIS_URL, recommendedRedisOptions).on('error', console.error)
  return { store: redisStore(redis), close: async () => redis.disconnect() }
}
