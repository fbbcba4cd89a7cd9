import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { afterAll, expect, it } from 'vitest'
import { freePort } from '../../../../scripts/processes.mjs'
import { moveSlots } from '../../../../scripts/redis-cluster.mjs'
import { at } from '../store/cases/bench.ts'
import { testStore } from '../store/conformance.ts'
import { redisKeys } from './keys.ts'
import { recommendedClusterOptions, recommendedRedisOptions } from './options.ts'
import { ownCluster, ownServer } from './own-server.fixture.ts'
import { slotOf } from './slots.ts'
import { redisStore } from './store.ts'

const cluster = await ownCluster(recommendedClusterOptions, { replicas: 1 })
const other = cluster.connect()
const prefixed = cluster.connect({ ...recommendedClusterOptions, keyPrefix: '{one}:' })
afterAll(async () => {
  for (const client of [other, prefixed]) client.disconnect()
  await cluster.close()
})

testStore({
  name: 'redisStore on a cluster',
  make() {
    const prefix = randomUUID()
    return { store: redisStore(cluster.client, { prefix }), another: redisStore(other, { prefix }) }
  },
  skip: { archive: 'an archive stands behind a cluster, not in it' },
})

const bytes = new Uint8Array(1)

/** A number of INFO at each primary. */
async function numbers(name: string): Promise<number[]> {
  const infos = await Promise.all(cluster.client.nodes('master').map((node) => node.info()))
  return infos.map((info) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1]))
}

it.each(['dogear:{0}:due', 'dogear:{255}:s:abc', 'plain', '{}empty', 'a{}b{c}', '{{x}}', 'half{open', 'ä{ö}ü'])(
  'knows the slot of %j as the servers do',
  async (key) => {
    expect(slotOf(key)).toBe(await cluster.client.cluster('KEYSLOT', key))
  },
)

it('asks each primary once in a claim, however many partitions there are', async () => {
  const store = redisStore(cluster.client, { prefix: randomUUID() })
  await store.claimDue(8, 1000)
  const before = await numbers('total_reads_processed')
  for (let i = 0; i < 20; i++) expect(await store.claimDue(8, 1000)).toEqual([])
  const after = await numbers('total_reads_processed')
  // The time is asked of any of them; replicas and other clients speak now and then.
  for (const [i, reads] of after.entries()) expect((reads - (before[i] ?? 0)) / 20).toBeLessThan(2.5)
})

it('claims from all primaries at once, in order over all of them', async () => {
  const store = redisStore(cluster.client, { prefix: randomUUID() })
  const now = await store.now()
  const ids = Array.from({ length: 64 }, (_, i) => `session-${i}`)
  for (const [i, id] of ids.entries())
    await store.commit(id, 0, { bytes, ...at(1), ttlMs: 60_000, dueAt: now - 1000 + i })
  const before = await numbers('total_reads_processed')
  const claimed = await store.claimDue(32, 60_000)
  const after = await numbers('total_reads_processed')
  expect(claimed.map(({ id }) => id)).toEqual(ids.slice(0, 32))
  for (const [i, reads] of after.entries()) expect(reads - (before[i] ?? 0)).toBeLessThan(12)
})

it('tells watchers through the servers of one slot, and troubles no other node', async () => {
  const store = redisStore(cluster.client, { prefix: randomUUID() })
  const told: unknown[] = []
  const stop = store.watch?.('a', (hint) => told.push(hint))
  while (told.length === 0) await store.now()
  const said = async () =>
    (await Promise.all(cluster.client.nodes('master').map((node) => node.cluster('INFO')))).map((info) => ({
      all: Number(/messages_publish_sent:(\d+)/.exec(String(info))?.[1] ?? 0),
      shard: Number(/messages_publishshard_sent:(\d+)/.exec(String(info))?.[1] ?? 0),
    }))
  const before = await said()
  await store.commit('a', 0, { bytes, ...at(1), ttlMs: 60_000, poke: true })
  await store.remove('a', 60_000)
  while (told.length < 3) await store.now()
  expect(told).toEqual([undefined, at(1), 'removed'])
  const after = await said()
  const sent = after.map(({ all, shard }, i) => [all - (before[i]?.all ?? 0), shard - (before[i]?.shard ?? 0)])
  // Each message goes to the one replica of its slot.
  expect(sent.toSorted()).toEqual([
    [0, 0],
    [0, 0],
    [0, 2],
  ])
  stop?.()
})

it('tells watchers through a client with a prefix that puts all keys into one slot', async () => {
  const store = redisStore(prefixed, { prefix: randomUUID() })
  const told: unknown[] = []
  const stop = store.watch?.('a', (hint) => told.push(hint))
  while (told.length === 0) await store.now()
  await store.commit('a', 0, { bytes, ...at(1), ttlMs: 60_000, poke: true, dueAt: 1 })
  while (told.length < 2) await store.now()
  expect(told).toEqual([undefined, at(1)])
  expect(await store.claimDue(1, 1000)).toMatchObject([{ id: 'a' }])
  stop?.()
})

it('goes on telling watchers after the slot of their channel has moved', async () => {
  const prefix = randomUUID()
  const store = redisStore(cluster.client, { prefix })
  const told: unknown[] = []
  const stop = store.watch?.('a', (hint) => told.push(hint))
  while (told.length === 0) await store.now()
  const keys = redisKeys({ prefix, partitions: 256 })
  const slot = slotOf(keys.session('a'))
  const ports = cluster.servers.slice(0, 3).map(({ port }) => port)
  const owner = Math.floor((slot * 3) / 16384)
  const [from = 0, to = 0] = [ports[owner], ports[(owner + 1) % 3]]
  await store.commit('a', 0, { bytes, ...at(1), ttlMs: 60_000 })
  await moveSlots([slot], { ports, from, to })
  told.length = 0
  while (!told.includes(undefined)) await store.now()
  // The nodes learn of the move one after the other, and a watcher may be told to look more than once.
  const made: unknown[] = []
  const positions = () => told.filter((hint) => hint !== undefined)
  for (let revision = 1; positions().length === 0; revision++) {
    const before = told.length
    await store.commit('a', at(revision), { bytes, ...at(revision + 1), ttlMs: 60_000, poke: true })
    made.push(at(revision + 1))
    while (told.length === before) await store.now()
  }
  expect(made).toEqual(expect.arrayContaining(positions()))
  await moveSlots([slot], { ports, from: to, to: from })
  stop?.()
})

it('spreads sessions over every node of a cluster', async () => {
  const store = redisStore(cluster.client, { prefix: 'spread' })
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
    await store.commit(id, 0, { bytes, ...at(1), ttlMs: 60_000, dueAt: now - 1 })
  }
  expect((await store.claimDue(2, 60_000)).length).toBe(2)
  expect((await store.claimDue(2, 60_000)).length).toBe(1)
  expect(await store.claimDue(2, 60_000)).toEqual([])
  client.disconnect()
  await server.close()
})
