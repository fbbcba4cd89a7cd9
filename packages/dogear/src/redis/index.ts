// Entry `dogear/redis`.

export { toClusterArguments } from './cluster-url.ts'
export {
  type RedisClient,
  type RedisStoreOptions,
  recommendedClusterOptions,
  recommendedRedisOptions,
} from './options.ts'
export { redisStore } from './store.ts'
