// A session that a deploy finished, in Redis and Postgres: a worker wakes it once, and it is off the agenda.

import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { Pool } from 'pg'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { postgresStore } from '../postgres/store.ts'
import { recommendedRedisOptions } from '../redis/options.ts'
import { redisStore } from '../redis/store.ts'
import { build, cases, page } from './finished.fixture.ts'
import { eventually, person, rig, watch } from './harness.fixture.ts'
import { stopWorkers, work } from './worker.fixture.ts'

afterEach(stopWorkers)

const urls = [process.env.DOGEAR_TEST_REDIS_URL, process.env.DOGEAR_TEST_POSTGRES_URL] as const
if (!urls[0] || !urls[1]) throw new Error('DOGEAR_TEST_REDIS_URL or DOGEAR_TEST_POSTGRES_URL names no service')
const redis = new Redis(urls[0], recommendedRedisOptions)
const pool = new Pool({ connectionString: urls[1], max: 4 })
const schema = `test_${randomUUID().replaceAll('-', '')}`

afterAll(async () => {
  redis.disconnect()
  await pool.query(`drop schema if exists ${schema} cascade`)
  await pool.end()
})

const stores = {
  Redis: () => redisStore(redis, { prefix: `test-${randomUUID()}` }),
  Postgres: () => postgresStore(pool, { schema }),
}

describe.each(Object.entries(stores))('in %s', (_, make) => {
  it.each(cases)('$wait, $end', async ({ event, waiting, states, migrate }) => {
    const store = watch(make())
    const short = { leaseMs: 20, effectWaitMs: 1 }
    const first = build({ waiting: page('waiting', waiting) }, { holdMs: 20 })
    const before = rig({ store, ...short, flow: first as never })
    const someone = person(before.engine)
    await someone.send(event)
    const after = rig({ store, flow: build({ waiting: page('waiting', {}), ...states }, { migrate }) as never })
    const worker = work(after)
    await eventually(() => expect(worker.woken).toBeGreaterThan(0))
    await worker.stop()
    expect(await after.engine.read('checkout', someone.caller.credential)).toMatchObject({
      ...{ status: 'done', timers: [], pending: [], version: 2 },
    })
    const { revision } = await after.engine.read('checkout', someone.caller.credential)
    expect(revision).toBe(2)
    // A claim under a lease of a millisecond would be had again.
    for (let look = 0; look < 5; look++) expect(await store.claimDue(100, 1)).toEqual([])
    await before.engine.close(0)
  })
})
