// Dogear in a route handler of Next, with a store in Redis.

import { createEngine } from 'dogear'
import { createHttp } from 'dogear/http'
import { createRouteHandlers, singleton } from 'dogear/next'
import { recommendedRedisOptions, redisStore } from 'dogear/redis'
import { Redis } from 'ioredis'
import { sealing } from '../../../../../contenders/sealing.ts'
import { flow } from '../../../../../flow.ts'
import { limits } from '../../../../../limits.ts'

const { REDIS_URL = '' } = process.env
const onError = console.error
const redis = singleton('redis', () =>
  new Redis(REDIS_URL, { ...recommendedRedisOptions, lazyConnect: true }).on('error', onError),
)
const engine = createEngine({ store: redisStore(redis), flows: [flow], ...sealing, onError })

export const { GET, HEAD, POST, PUT, DELETE } = createRouteHandlers(
  createHttp({ engine, production: true, limits, onError }),
)
