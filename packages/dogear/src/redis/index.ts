// Entry `dogear/redis`.

export { recommendedRedisOptions } from './options.ts'
export type { RedisClient } from './scripts.ts'
export { type RedisStoreOptions, redisStore } from './store.ts'
