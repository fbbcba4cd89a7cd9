import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { Redis } from 'ioredis'
import { afterAll, describe, it } from 'vitest'
import { agreesWithModel, type Bench, testStore } from '../store/conformance.ts'
import { recommendedRedisOptions } from './options.ts'
import { redisStore } from './store.ts'

const url = process.env.DOGEAR_TEST_REDIS_URL
if (!url) throw new Error('DOGEAR_TEST_REDIS_URL names no Redis')
const client = new Redis(url, recommendedRedisOptions)
const other = new Redis(url, recommendedRedisOptions)

afterAll(() => Promise.all([client.quit(), other.quit()]))

/** A store below a prefix of its own; what a test leaves there expires. */
function make(): Bench & { prefix: string } {
  const prefix = `test-${randomUUID()}`
  return { store: redisStore(client, { prefix }), another: redisStore(other, { prefix }), prefix }
}

const skip = { archive: 'an archive stands behind a Redis, not in it' }

testStore({ name: 'redisStore', make, skip })
testStore({
  name: 'redisStore with one partition',
  make: () => ({ store: redisStore(client, { prefix: randomUUID(), partitions: 1 }) }),
  skip,
})

const strings = new Redis(url, { ...recommendedRedisOptions, stringNumbers: true })
afterAll(() => strings.quit())
testStore({
  name: 'redisStore on a client with stringNumbers',
  make: () => ({ store: redisStore(strings, { prefix: `test-${randomUUID()}` }) }),
  skip,
})

describe('redisStore', () => {
  it('agrees with a simple model under any sequence of calls', async () => {
    const steps = fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat()), { maxLength: 60 })
    await fc.assert(fc.asyncProperty(steps, (some) => agreesWithModel(make().store, some)))
  })
})
