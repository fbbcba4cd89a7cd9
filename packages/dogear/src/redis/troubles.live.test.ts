import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Cluster, Redis, type RedisOptions } from 'ioredis'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../../../../scripts/processes.mjs'
import { at } from '../store/cases/bench.ts'
import type { Store } from '../store/store.ts'
import { redisKeys } from './keys.ts'
import { recommendedClusterOptions, recommendedRedisOptions } from './options.ts'
import { type OwnCluster, type OwnServer, ownCluster, ownServer } from './own-server.fixture.ts'
import { slotOf } from './slots.ts'
import { redisStore } from './store.ts'
import { troubles } from './troubles.ts'

// The deadline of the engine for one request.
const deadlineMs = 3000
const bytes = new Uint8Array(1)
const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function server(...settings: string[]): Promise<{ server: OwnServer; admin: Redis }> {
  const made = await ownServer(settings)
  const admin = new Redis(made.port, { enableReadyCheck: false })
  admin.on('error', () => {})
  closing.push(
    () => made.close(),
    () => admin.disconnect(),
  )
  return { server: made, admin }
}

function storeAt({ port }: OwnServer, options: RedisOptions = {}): Store {
  const client = new Redis({ ...recommendedRedisOptions, ...options, port } as RedisOptions & {
    replyMapping?: 'legacy'
  })
  client.on('error', () => {})
  closing.push(() => client.disconnect())
  return redisStore(client)
}

const write = (store: Store, id = 'a') => store.commit(id, 0, { bytes, ...at(1), ttlMs: 60_000, dueAt: 1, poke: true })

/** The error of a call, which has to come within the deadline. */
async function errorOf(call: Promise<unknown>): Promise<unknown> {
  const began = performance.now()
  const error = await call.then(
    () => 'answered',
    (reason: unknown) => reason,
  )
  expect(performance.now() - began).toBeLessThan(deadlineMs)
  return error
}

/** True if a server answers with the error `code`. */
const answers = (admin: Redis, code: string): Promise<boolean> =>
  admin.ping().then(
    () => false,
    (error: Error) => error.message.startsWith(code),
  )

/** Calls again while the client connects anew, as READONLY makes it do. */
async function connected<T>(call: () => Promise<T>): Promise<T> {
  return call().catch(async (error: Error) => {
    if (!/isn't writeable/.test((error.cause as Error).message)) throw error
    await sleep(20)
    return connected(call)
  })
}

/** The error of the trouble `code`. */
function says(code: string): object {
  const { meaning, advice, retryAfterMs } = troubles.find((one) => one.code === code) ?? {}
  return { code: 'store_unavailable', message: `${meaning}: ${advice}`, retryAfterMs }
}

type Row = {
  code: string
  /** Brings a server into the trouble. `heal` ends it. */
  arrange(): Promise<{ store: Store; heal: () => Promise<unknown> }>
  /** The answer to writes, if it is another. */
  writes?: string
  /** The calls that go on. */
  goesOn: ('read' | 'remove')[]
}

const rows: Row[] = [
  {
    code: 'LOADING',
    goesOn: [],
    async arrange() {
      const { server: one, admin } = await server(
        '--appendonly',
        'no',
        '--key-load-delay',
        '5000',
        '--loading-process-events-interval-bytes',
        '1024',
      )
      // It loads for five seconds, longer than all that is asked meanwhile takes on a busy machine.
      const filler = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`key-${i}`, 'x'.repeat(200)]))
      for (const [key, value] of Object.entries(filler)) await admin.set(key, value)
      await admin.save()
      await one.kill()
      const started = one.start()
      while (!(await answers(admin, 'LOADING'))) await sleep(20)
      return { store: storeAt(one), heal: () => started }
    },
  },
  {
    code: 'MASTERDOWN',
    writes: 'READONLY',
    goesOn: [],
    async arrange() {
      const { server: one, admin } = await server('--replica-serve-stale-data', 'no')
      await admin.replicaof('127.0.0.1', 1)
      return { store: storeAt(one), heal: () => admin.replicaof('NO', 'ONE') }
    },
  },
  {
    code: 'READONLY',
    goesOn: ['read'],
    async arrange() {
      const { server: one, admin } = await server()
      await admin.replicaof('127.0.0.1', 1)
      return { store: storeAt(one), heal: () => admin.replicaof('NO', 'ONE') }
    },
  },
  {
    code: 'OOM',
    goesOn: ['read', 'remove'],
    async arrange() {
      const { server: one, admin } = await server()
      await admin.config('SET', 'maxmemory', 1)
      return { store: storeAt(one), heal: () => admin.config('SET', 'maxmemory', 0) }
    },
  },
  {
    code: 'NOREPLICAS',
    goesOn: ['read'],
    async arrange() {
      const { server: one, admin } = await server('--min-replicas-to-write', '1')
      return { store: storeAt(one), heal: () => admin.config('SET', 'min-replicas-to-write', 0) }
    },
  },
  {
    code: 'MISCONF',
    goesOn: ['read'],
    async arrange() {
      const folder = await mkdtemp(join(tmpdir(), 'dogear-misconf-'))
      closing.push(() => rm(folder, { recursive: true }))
      const { server: one, admin } = await server('--dir', folder, '--appendonly', 'no')
      await admin.config('SET', 'save', '3600 1')
      // A snapshot cannot be put in the place of a folder.
      await mkdir(join(folder, 'dump.rdb', 'in the way'), { recursive: true })
      await admin.bgsave()
      while (!(await admin.info('persistence')).includes('rdb_last_bgsave_status:err')) await sleep(20)
      return { store: storeAt(one), heal: () => admin.config('SET', 'stop-writes-on-bgsave-error', 'no') }
    },
  },
  {
    code: 'BUSY',
    goesOn: [],
    async arrange() {
      const { server: one, admin } = await server('--busy-reply-threshold', '20')
      const store = storeAt(one)
      await store.now()
      const loop = new Redis(one.port)
      loop.eval('while true do end', 0).catch(() => {})
      closing.push(() => loop.disconnect())
      while (!(await answers(admin, 'BUSY'))) await sleep(20)
      return { store, heal: () => admin.script('KILL') }
    },
  },
  {
    code: 'NOAUTH',
    goesOn: [],
    async arrange() {
      const { server: one } = await server('--requirepass', 'canary')
      const admin = new Redis(one.port, { password: 'canary' })
      closing.push(() => admin.disconnect())
      return { store: storeAt(one), heal: () => admin.config('SET', 'requirepass', '') }
    },
  },
  {
    code: 'NOPERM',
    goesOn: ['read'],
    async arrange() {
      const { server: one, admin } = await server()
      await admin.acl('SETUSER', 'limited', 'on', '>password', 'allkeys', 'allchannels', '+@all', '-zadd', '-zrem')
      const store = storeAt(one, { username: 'limited', password: 'password' })
      return { store, heal: () => admin.acl('SETUSER', 'limited', '+@all') }
    },
  },
  {
    code: 'CLUSTERDOWN',
    goesOn: [],
    async arrange() {
      const { server: one, admin } = await server('--cluster-enabled', 'yes', '--cluster-port', `${await freePort()}`)
      const store = storeAt(one)
      return { store, heal: () => admin.call('CLUSTER', 'ADDSLOTSRANGE', 0, 16383).then(() => sleep(200)) }
    },
  },
]

describe.each(rows)('a Redis that answers $code', ({ code, writes = code, arrange, goesOn }) => {
  it('fails with what to do, goes on with what it can, and is back by itself', async () => {
    const { store, heal } = await arrange()
    const expected = (call: 'read' | 'remove', trouble: string) =>
      goesOn.includes(call) ? 'answered' : expect.objectContaining(says(trouble))
    const calls = [write(store), connected(() => store.read('a')), connected(() => store.remove('b', 60_000))]
    const [commit, read, remove] = await Promise.all(calls.map(errorOf))
    expect(commit).toMatchObject(says(writes))
    expect(read).toEqual(expected('read', code))
    expect(remove).toEqual(expected('remove', writes))
    await heal()
    const healedAt = performance.now()
    while (!(await write(store).catch(() => undefined))) {
      expect(performance.now() - healedAt).toBeLessThan(5000)
      await sleep(20)
    }
  })
})

it('sends a script again to a Redis that has forgotten it (NOSCRIPT)', async () => {
  const { server: one, admin } = await server()
  const store = storeAt(one)
  await write(store)
  await admin.script('FLUSH')
  const entry = { bytes, ...at(2), ttlMs: 60_000 }
  expect(await store.commit('a', at(1), entry)).toMatchObject({ committed: true })
})

it('does so also where Redis forgets it again and again, between loading and calling it', async () => {
  const { server: one, admin } = await server()
  const store = storeAt(one)
  const over = new AbortController()
  const flushing = (async () => {
    for (; !over.signal.aborted; await sleep(Math.random() * 3)) await admin.script('FLUSH')
  })()
  const entry = { bytes, ...at(1), ttlMs: 60_000 }
  const writers = Array.from({ length: 24 }, async (_, writer) => {
    for (let round = 0; round < 200; round++)
      expect(await store.commit(`${writer}-${round}`, 0, entry)).toMatchObject({ committed: true })
  })
  await Promise.all(writers).finally(() => over.abort())
  await flushing
})

describe('on a cluster', () => {
  let cluster: OwnCluster
  let store: Store
  let ports: number[]
  beforeAll(async () => {
    cluster = await ownCluster(recommendedClusterOptions)
    store = redisStore(cluster.client)
    ports = cluster.servers.map(({ port }) => port)
  })
  afterAll(() => cluster.close())
  const keys = redisKeys({ prefix: 'dogear', partitions: 256 })
  const ownerOf = (id: string) => Math.floor((slotOf(keys.session(id)) * 3) / 16384)

  /** Begins to move the slot of `id` to the next primary. `end` brings what is left and ends it; to be called once. */
  async function moving(id: string, ...first: string[]): Promise<{ source: Redis; end(): Promise<void> }> {
    const slot = slotOf(keys.session(id))
    const nodes = ports.map((port) => new Redis(port))
    closing.push(() => {
      for (const node of nodes) node.disconnect()
    })
    const [source, target] = [nodes[ownerOf(id)] as Redis, nodes[(ownerOf(id) + 1) % 3] as Redis]
    const [from, to] = [String(await source.cluster('MYID')), String(await target.cluster('MYID'))]
    await target.call('CLUSTER', 'SETSLOT', slot, 'IMPORTING', from)
    await source.call('CLUSTER', 'SETSLOT', slot, 'MIGRATING', to)
    const migrate = (some: string[]) =>
      source.call('MIGRATE', '127.0.0.1', target.options.port ?? 0, '', 0, 5000, 'KEYS', ...some)
    if (first.length > 0) await migrate(first)
    return {
      source,
      async end() {
        const left = (await source.call('CLUSTER', 'GETKEYSINSLOT', slot, 100)) as string[]
        if (left.length > 0) await migrate(left)
        for (const node of [target, ...nodes]) await node.call('CLUSTER', 'SETSLOT', slot, 'NODE', to)
      },
    }
  }

  it('follows a slot that has moved (MOVED)', async () => {
    await write(store, 'moved')
    const { end } = await moving('moved')
    await end()
    expect(await store.commit('moved', at(1), { bytes, ...at(2), ttlMs: 60_000 })).toMatchObject({ committed: true })
    expect(await store.read('moved')).toMatchObject({ position: { revision: 2 } })
  })

  it('asks the node that a slot is moving to (ASK)', async () => {
    await write(store, 'asked')
    const { end } = await moving('asked', keys.session('asked'), keys.due(keys.partitionOf('asked')))
    expect(await store.read('asked')).toMatchObject({ position: { revision: 1 } })
    expect(await store.commit('asked', at(1), { bytes, ...at(2), ttlMs: 60_000, dueAt: 1 })).toMatchObject({
      committed: true,
    })
    expect((await store.claimDue(100, 60_000)).map(({ id }) => id)).toContain('asked')
    await end()
    expect(await store.read('asked')).toMatchObject({ position: { revision: 2 } })
  })

  it('tries again while the keys of a session are on two nodes (TRYAGAIN)', async () => {
    await write(store, 'torn')
    const { source, end } = await moving('torn', keys.due(keys.partitionOf('torn')))
    const commit = store.commit('torn', at(1), { bytes, ...at(2), ttlMs: 60_000, dueAt: 1 })
    while (!(await source.info('errorstats')).includes('TRYAGAIN')) await sleep(5)
    await end()
    expect(await commit).toMatchObject({ committed: true })
  })

  it('says that a move was left half-way, once it has tried for as long as a call may take', async () => {
    await write(store, 'stuck')
    const { end } = await moving('stuck', keys.due(keys.partitionOf('stuck')))
    const { redisOptions, maxRedirections = 0, retryDelayOnTryAgain = 0 } = recommendedClusterOptions
    const { commandTimeout = 0 } = redisOptions
    expect(maxRedirections * retryDelayOnTryAgain).toBeLessThan(commandTimeout)
    // On a busy machine its tries take longer than their pauses, so the timeout comes later.
    const patient = { ...redisOptions, commandTimeout: 10 * commandTimeout }
    const client = cluster.connect({ ...recommendedClusterOptions, redisOptions: patient })
    closing.push(() => client.disconnect())
    const commit = redisStore(client).commit('stuck', at(1), { bytes, ...at(2), ttlMs: 60_000, dueAt: 1 })
    expect(await errorOf(commit)).toMatchObject(says('TRYAGAIN'))
    await end()
  })

  it('says to a plain client that it is a cluster (MOVED)', async () => {
    const id = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].find((one) => ownerOf(one) !== 0) ?? ''
    expect(await errorOf(write(storeAt(cluster.servers[0] as OwnServer), id))).toMatchObject(says('MOVED'))
  })

  it('says which slots are down, and is back with their node (CLUSTERDOWN)', async () => {
    const [, , victim] = cluster.servers
    const id = Array.from({ length: 50 }, (_, i) => `down-${i}`).find((one) => ownerOf(one) === 2) ?? ''
    await write(store, id)
    await victim?.kill()
    const late = new Cluster([{ host: '127.0.0.1', port: ports[0] ?? 0 }], recommendedClusterOptions)
    late.on('error', () => {})
    closing.push(() => late.disconnect())
    const others = redisStore(late)
    // A node that is down is asked now and then, and says nothing.
    for (const one of [store, others]) {
      const errors: unknown[] = []
      while (!errors.some((error) => String(error).includes('served by no node'))) {
        const error = await errorOf(one.read(id))
        expect(error).toMatchObject({ code: 'store_unavailable' })
        errors.push(error)
        // Errors that come at once would leave the client no time to look for its nodes.
        await sleep(20)
      }
      expect(errors.at(-1)).toMatchObject(says('CLUSTERDOWN'))
    }
    await victim?.start()
    const startedAt = performance.now()
    while (!(await store.read(id).catch(() => undefined))) {
      expect(performance.now() - startedAt).toBeLessThan(8000)
      await sleep(20)
    }
  })
})

it('has a row in the docs for every answer, with the same advice', () => {
  const page = readFileSync(new URL('../../../../docs/redis.md', import.meta.url), 'utf8')
  const documented = [...page.matchAll(/^\| `([\w ]+)` \|.*$/gm)].map(([row, code = '']) => ({ code, row }))
  expect(documented.map(({ code }) => code).sort()).toEqual(
    [...troubles.map(({ code }) => code), 'NOSCRIPT', 'ASK'].sort(),
  )
  for (const { code, advice } of troubles) expect(documented.find((one) => one.code === code)?.row).toContain(advice)
})
