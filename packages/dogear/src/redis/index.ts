// Entry `dogear/redis`.

export { type RedisStoreOptions, recommendedRedisOptions } from './options.ts'
export type { RedisClient } from './scripts.ts'
export { redisStore } from './store.ts'
