import { randomUUID } from 'node:crypto'
import { afterAll, expect, it } from 'vitest'
import { testStore } from '../store/conformance.ts'
import { recommendedRedisOptions } from './options.ts'
import { ownCluster } from './own-server.fixture.ts'
import { redisStore } from './store.ts'

const cluster = await ownCluster({
  redisOptions: recommendedRedisOptions,
  enableOfflineQueue: false,
  scaleReads: 'master',
})
afterAll(() => cluster.close())

testStore({
  name: 'redisStore on a cluster',
  make: () => ({ store: redisStore(cluster.client, { prefix: randomUUID() }) }),
})

it('spreads sessions over every node of a cluster', async () => {
  const store = redisStore(cluster.client, { prefix: 'spread' })
  const bytes = new Uint8Array(1)
  for (let i = 0; i < 60; i++) await store.commit(`session-${i}`, 0, { bytes, revision: 1, ttlMs: 60_000 })
  const sizes = await Promise.all(cluster.client.nodes('master').map((node) => node.keys('spread:*')))
  expect(sizes).toHaveLength(3)
  for (const keys of sizes) expect(keys.length).toBeGreaterThan(5)
})
