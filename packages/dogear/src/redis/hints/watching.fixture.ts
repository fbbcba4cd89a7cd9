// A process that watches a session of the Redis at argv[2], prints a line at the first hint, then closes its client.

import { Redis } from 'ioredis'
import { recommendedRedisOptions } from '../options.ts'
import { redisStore } from '../store.ts'

const client = new Redis(Number(process.argv[2]), recommendedRedisOptions)
redisStore(client).watch?.('session', (hint) => {
  if (hint !== undefined) return
  process.stdout.write('watching\n')
  client.disconnect()
})
