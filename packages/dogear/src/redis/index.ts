// Entry `dogear/redis`.

export {
  type RedisClient,
  type RedisStoreOptions,
  recommendedClusterOptions,
  recommendedRedisOptions,
} from './options.ts'
export { redisStore } from './store.ts'
