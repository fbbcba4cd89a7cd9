// Entry `dogear/redis`.

export { type RedisClient, type RedisStoreOptions, recommendedRedisOptions } from './options.ts'
export { redisStore } from './store.ts'
