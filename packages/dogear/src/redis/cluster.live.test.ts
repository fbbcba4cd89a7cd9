import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { afterAll, expect, it } from 'vitest'
import { at } from '../store/cases/bench.ts'
import { testStore } from '../store/conformance.ts'
import { recommendedRedisOptions } from './options.ts'
import { freePort, ownCluster, ownServer } from './own-server.fixture.ts'
import { redisStore } from './store.ts'

const cluster = await ownCluster({
  redisOptions: recommendedRedisOptions,
  enableOfflineQueue: false,
  scaleReads: 'master',
})
const other = cluster.client.duplicate()
afterAll(async () => {
  other.disconnect()
  await cluster.close()
})

testStore({
  name: 'redisStore on a cluster',
  make() {
    const prefix = randomUUID()
    return { store: redisStore(cluster.client, { prefix }), another: redisStore(other, { prefix }) }
  },
})

it('spreads sessions over every node of a cluster', async () => {
  const store = redisStore(cluster.client, { prefix: 'spread' })
  const bytes = new Uint8Array(1)
  for (let i = 0; i < 60; i++) await store.commit(`session-${i}`, 0, { bytes, ...at(1), ttlMs: 60_000 })
  const sizes = await Promise.all(cluster.client.nodes('master').map((node) => node.keys('spread:*')))
  expect(sizes).toHaveLength(3)
  for (const keys of sizes) expect(keys.length).toBeGreaterThan(5)
})

it('claims through a plain client from a server that keeps keys of different slots apart', async () => {
  const server = await ownServer(['--cluster-enabled', 'yes', '--cluster-port', `${await freePort()}`])
  const client = new Redis(server.port, recommendedRedisOptions)
  const store = redisStore(client)
  await store.now()
  await client.call('CLUSTER', 'ADDSLOTSRANGE', 0, 16383)
  while (!String(await client.cluster('INFO')).includes('cluster_state:ok')) await store.now()
  const now = await store.now()
  for (const id of ['a', 'b', 'c']) {
    await store.commit(id, 0, { bytes: new Uint8Array(1), ...at(1), ttlMs: 60_000, dueAt: now - 1 })
  }
  expect((await store.claimDue(2, 60_000)).length).toBe(2)
  expect((await store.claimDue(2, 60_000)).length).toBe(1)
  expect(await store.claimDue(2, 60_000)).toEqual([])
  client.disconnect()
  await server.close()
})
