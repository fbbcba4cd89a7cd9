// The attacks of `npm run fuzz` on sessions in Redis.

import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { afterAll, expect, it } from 'vitest'
import { recommendedRedisOptions, redisStore } from '../src/redis/index.ts'
import { overWeb } from './channels.ts'
import { run } from './run.ts'
import { openWorld } from './world.ts'

const url = process.env.DOGEAR_TEST_REDIS_URL
if (!url) throw new Error('DOGEAR_TEST_REDIS_URL names no Redis')
const client = new Redis(url, recommendedRedisOptions)
afterAll(() => client.quit())

it('no request breaks a rule on Redis either', async () => {
  const world = () => openWorld(redisStore(client, { prefix: `test-${randomUUID()}`, partitions: 1 }))
  const seed = Math.floor(Date.now() / 86_400_000)
  expect((await run({ seed, inputs: 100, world, channels: [overWeb] })).failure).toBeUndefined()
}, 120_000)
