// The config of the census that `npm run bench -- census` measures; it says the memory of its process at the end.

import { createEngine, defineConfig } from 'dogear'
import { recommendedRedisOptions, redisStore } from 'dogear/redis'
import { Redis } from 'ioredis'
import { flow } from './flow.ts'

export default defineConfig(() => {
  const client = new Redis(process.env.BENCH_CENSUS_REDIS ?? '', recommendedRedisOptions)
  return {
    engine: createEngine({ store: redisStore(client), flows: [flow] }),
    close() {
      client.disconnect()
      process.stderr.write(`peak ${process.resourceUsage().maxRSS}\n`)
    },
  }
})
