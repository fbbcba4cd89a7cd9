import { randomUUID } from 'node:crypto'
import { type Cluster, Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { at } from '../store/cases/bench.ts'
import type { Scanned, Store } from '../store/store.ts'
import { recommendedRedisOptions } from './options.ts'
import { type OwnCluster, type OwnServer, ownCluster, ownServer } from './own-server.fixture.ts'
import { redisStore } from './store.ts'

const server: OwnServer = await ownServer()
const client = new Redis(server.port, recommendedRedisOptions)
client.on('error', () => {})
const bytes = new Uint8Array(1)
const minute = 60_000

afterEach(() => client.flushall())
afterAll(async () => {
  client.disconnect()
  await server.close()
})

async function fill(store: Store, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, i) => `session-${i}`)
  for (let i = 0; i < count; i += 100)
    await Promise.all(ids.slice(i, i + 100).map((id) => store.commit(id, 0, { bytes, ...at(1), ttlMs: 10 * minute })))
  return ids.sort()
}

const idsOf = (found: readonly Scanned[]): string[] => [...new Set(found.map(({ id }) => id))].sort()

/** Scans to the end; calls `between` after each batch. A scan that is told to wait tries again. */
async function scanned(store: Store, limit: number, between = async (_batch: number) => {}): Promise<Scanned[]> {
  const found: Scanned[] = []
  let cursor: string | undefined
  for (let batch = 0; batch === 0 || cursor !== undefined; batch++) {
    const next = await answered(() => store.scan(cursor, limit))
    found.push(...next.found)
    cursor = next.cursor
    await between(batch)
  }
  return found
}

async function answered<T>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    const answer = await call().catch((error: { code?: string }) => {
      if (error.code !== 'store_unavailable') throw error
    })
    if (answer !== undefined) return answer
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

describe('a scan of Redis', () => {
  it('keeps to its prefix, whatever characters that has, and to sessions', async () => {
    const prefixes = ['a', 'ab', 'a*', 'a?', 'a[bc]', 'a\\', 'a:']
    const stores = prefixes.map((prefix) => redisStore(client, { prefix }))
    for (const [i, store] of stores.entries()) {
      await store.commit(`of-${prefixes[i]}`, 0, { bytes, ...at(1), ttlMs: minute, dueAt: 1, dirty: true })
      await store.directory.add('owner', 'session', minute)
      await store.directory.putCode('code', 'value', minute)
    }
    for (const [i, store] of stores.entries()) expect(idsOf(await scanned(store, 10))).toEqual([`of-${prefixes[i]}`])
  })

  it('finds sessions below a prefix of the client itself', async () => {
    const prefixed = new Redis(server.port, { ...recommendedRedisOptions, keyPrefix: 'own*:' })
    const store = redisStore(prefixed)
    await fill(redisStore(client), 3)
    await store.commit('mine', 0, { bytes, ...at(1), ttlMs: minute })
    expect(await scanned(store, 10)).toMatchObject([{ id: 'mine', stored: { position: { revision: 1 } } }])
    prefixed.disconnect()
  })

  it('reads replies as the third protocol has them', async () => {
    const strict = new Redis<'resp3'>({ ...recommendedRedisOptions, port: server.port, replyMapping: 'resp3' })
    const store = redisStore(strict as unknown as Redis)
    const ids = await fill(store, 30)
    expect(idsOf(await scanned(store, 10))).toEqual(ids)
    await store.directory.add('owner', 'session', minute)
    expect(await store.directory.list('owner', 10)).toEqual(['session'])
    strict.disconnect()
  })

  it('gives what is no record as unreadable, and leaves it as it is', async () => {
    const store = redisStore(client, { partitions: 1 })
    await store.commit('sound', 0, { bytes, ...at(1), ttlMs: minute })
    await client.set('dogear:{0}:s:strange', 'hello')
    await client.hset('dogear:{0}:s:wrong-type', 'field', 'value')
    await client.psetex('dogear:{0}:s:truncated', minute, Buffer.from([0xd1, 1, 0]))
    const found = new Map((await scanned(store, 10)).map((one) => [one.id, one]))
    expect([...found.keys()].sort()).toEqual(['sound', 'strange', 'truncated', 'wrong-type'])
    expect(found.get('strange')).toEqual({ id: 'strange', stored: null, ttlMs: Number.POSITIVE_INFINITY })
    expect(found.get('wrong-type')).toMatchObject({ stored: null })
    expect(found.get('truncated')?.stored).toBeNull()
    expect(found.get('truncated')?.ttlMs).toBeLessThanOrEqual(minute)
    expect(await client.get('dogear:{0}:s:strange')).toBe('hello')
    expect(await client.hgetall('dogear:{0}:s:wrong-type')).toEqual({ field: 'value' })
  })

  it('gives no session that is filed where nobody looks for it', async () => {
    const store = redisStore(client, { partitions: 2 })
    await store.commit('a', 0, { bytes, ...at(1), ttlMs: minute })
    const [key = ''] = await client.keys('*:s:*')
    await client.copy(
      key,
      key.replace(/\{(.)\}/, (_, partition) => `{${1 - partition}}`),
    )
    await client.copy(key, key.replace(/\{.\}/, '{x}'))
    expect(await scanned(store, 10)).toHaveLength(1)
  })

  it('finds what is there among much that is not its own, with a bounded number of commands at a time', async () => {
    const store = redisStore(client)
    const strangers = client.pipeline()
    for (let i = 0; i < 20_000; i++) strangers.set(`stranger-${i}`, '')
    await strangers.exec()
    const ids = await fill(store, 50)
    let commands = 0
    const { sendCommand } = client
    client.sendCommand = (...args) => {
      commands++
      return sendCommand.apply(client, args)
    }
    let most = 0
    const found = await scanned(store, 100, async () => {
      most = Math.max(most, commands)
      commands = 0
    }).finally(() => {
      client.sendCommand = sendCommand
    })
    expect(idsOf(found)).toEqual(ids)
    expect(most).toBeLessThan(100)
  })

  it('says how far it is', async () => {
    const store = redisStore(client)
    await fill(store, 2000)
    let cursor: string | undefined
    const done: number[] = []
    do {
      const batch = await store.scan(cursor, 100)
      done.push(batch.done)
      cursor = batch.cursor
    } while (cursor)
    expect(done).toEqual(done.toSorted((a, b) => a - b))
    expect(done[0]).toBeLessThan(0.2)
    expect(done[Math.floor(done.length / 2)]).toBeGreaterThan(0.3)
    expect(done.at(-1)).toBe(1)
  })

  it('misses nothing when the server was started anew on the way', async () => {
    const store = redisStore(client)
    const ids = await fill(store, 3000)
    let starts = 0
    const found = await scanned(store, 200, async (batch) => {
      if (batch !== 7 || starts++ > 0) return
      await server.kill()
      await server.start()
    })
    expect(starts).toBe(1)
    expect(idsOf(found)).toEqual(ids)
  })

  it('rejects rather than miss something where INFO is not allowed', async () => {
    const name = `limited-${randomUUID()}`
    await client.acl('SETUSER', name, 'on', '>password', 'allkeys', '+@all', '-info')
    const limited = new Redis(server.port, {
      ...recommendedRedisOptions,
      enableReadyCheck: false,
      username: name,
      password: 'password',
    })
    const error = await redisStore(limited)
      .scan(undefined, 10)
      .catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'store_unavailable', cause: { message: expect.stringContaining('info') } })
    limited.disconnect()
    await client.acl('DELUSER', name)
  })
})

describe('a scan of a cluster', () => {
  let cluster: OwnCluster
  beforeAll(async () => {
    cluster = await ownCluster({ redisOptions: recommendedRedisOptions, enableOfflineQueue: false })
  })
  afterAll(() => cluster.close())

  it('misses nothing when a slot moves to a node that is behind it, and waits while it moves', async () => {
    const store = redisStore(cluster.client, { partitions: 64 })
    await store.now()
    const ids = await fill(store, 3000)

    let moves = 0
    let waited = false
    const found = await scanned(store, 100, async (batch) => {
      // Two thirds of the way: the first node is behind, the last one still to come.
      if (batch !== 20) return
      const partitions = Array.from({ length: 64 }, (_, partition) => partition)
      for (const partition of partitions) {
        const move = await moveTo(cluster.client, partition)
        if (!move) continue
        moves++
        waited ||= await store.scan(undefined, 1).then(
          () => false,
          (error: { code?: string }) => error.code === 'store_unavailable',
        )
        await move()
      }
    })
    expect(moves).toBeGreaterThan(5)
    expect(waited).toBe(true)
    expect(idsOf(found)).toEqual(ids)
  })
})

/** Begins to move the slot of a partition to the node whose id comes first, unless it is there; the result ends it. */
async function moveTo(cluster: Cluster, partition: number): Promise<(() => Promise<void>) | undefined> {
  const key = `dogear:{${partition}}:due`
  const slot = await cluster.cluster('KEYSLOT', key)
  const nodes = await Promise.all(
    cluster.nodes('master').map(async (node) => {
      const [id, lines] = await Promise.all([node.cluster('MYID'), node.cluster('NODES')])
      const own = String(lines)
        .split('\n')
        .find((line) => line.includes('myself'))
      const holds = own
        ?.split(' ')
        .slice(8)
        .some((range) => {
          const [first, last = first] = range.split('-').map(Number)
          return slot >= (first ?? 0) && slot <= (last ?? 0)
        })
      return { node, id: String(id), holds }
    }),
  )
  const [to] = nodes.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const from = nodes.find(({ holds }) => holds)
  if (!to || !from || to === from) return undefined
  await to.node.cluster('SETSLOT', slot, 'IMPORTING', from.id)
  await from.node.cluster('SETSLOT', slot, 'MIGRATING', to.id)
  return async () => {
    for (;;) {
      const keys = await from.node.cluster('GETKEYSINSLOT', slot, 100)
      if (keys.length === 0) break
      const { host = '', port = 0 } = to.node.options
      await from.node.call('MIGRATE', host, port, '', 0, 5000, 'KEYS', ...keys)
    }
    for (const { node } of nodes) await node.cluster('SETSLOT', slot, 'NODE', to.id)
  }
}
