// A claim on Redis leases first, then reads: what is committed in between is not taken for what was due.

import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { afterAll, expect, it } from 'vitest'
import { at, entry, minute } from '../store/cases/bench.ts'
import type { Store } from '../store/store.ts'
import { recommendedRedisOptions } from './options.ts'
import { redisStore } from './store.ts'

const url = process.env.DOGEAR_TEST_REDIS_URL ?? ''
const client = new Redis(url, recommendedRedisOptions)
const other = new Redis(url, { ...recommendedRedisOptions, enableAutoPipelining: false })
afterAll(() => Promise.all([client.quit(), other.quit()]))

/** A store, and another on the same data which calls `meanwhile` between the lease of a claim and its look. */
function racing(meanwhile: (store: Store) => Promise<unknown>): { store: Store; late: Store } {
  const prefix = `test-${randomUUID()}`
  const store = redisStore(client, { prefix })
  const { pipeline } = Redis.prototype
  other.pipeline = function paused(this: Redis, ...args: Parameters<Redis['pipeline']>) {
    const made = pipeline.apply(this, args)
    const exec = made.exec.bind(made)
    made.exec = async () => {
      await meanwhile(store)
      return exec()
    }
    return made
  } as Redis['pipeline']
  return { store, late: redisStore(other, { prefix }) }
}

it('a session that a commit puts off meanwhile is not handed out before its new time', async () => {
  const { store, late } = racing(async (same) => {
    await same.commit('a', at(1), entry(2, 'put off', { dueAt: (await same.now()) + minute }))
  })
  await store.commit('a', 0, entry(1, 'due', { dueAt: (await store.now()) - 1 }))
  expect(await late.claimDue(10, minute)).toEqual([])
  expect(await store.claimDue(10, minute)).toEqual([])
})

it('a session that a commit makes due at another time that has come is handed out with that', async () => {
  const dueAt = (await redisStore(client).now()) - 50
  const { store, late } = racing((same) => same.commit('a', at(1), entry(2, 'due again', { dueAt })))
  await store.commit('a', 0, entry(1, 'due', { dueAt: dueAt - 50 }))
  expect(await late.claimDue(10, minute)).toMatchObject([{ id: 'a', dueAt, stored: { position: at(2) } }])
})
