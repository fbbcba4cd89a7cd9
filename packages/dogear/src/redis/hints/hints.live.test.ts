import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Redis, type RedisOptions } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { bundled } from '../../../../../scripts/bundled.mjs'
import { at } from '../../store/cases/bench.ts'
import type { Hint, Store } from '../../store/store.ts'
import { redisKeys } from '../keys.ts'
import { recommendedRedisOptions } from '../options.ts'
import { type OwnCluster, type OwnServer, ownCluster, ownServer } from '../own-server.fixture.ts'
import { redisStore } from '../store.ts'
import { createWatch } from './hints.ts'

const server: OwnServer = await ownServer()
const admin = new Redis(server.port)
admin.on('error', () => {})
const bytes = new Uint8Array(1)
const channel = redisKeys({ prefix: 'dogear', partitions: 256 }).poke(
  redisKeys({ prefix: 'dogear', partitions: 256 }).partitionOf('a'),
)

let name: string
let client: Redis
let store: Store
let writer: Store

beforeEach(async () => {
  await admin.flushall()
  name = `watcher-${randomUUID()}`
  client = connect({ connectionName: name })
  store = redisStore(client)
  writer = redisStore(admin)
  await writer.commit('a', 0, { bytes, ...at(1), ttlMs: 60_000 })
})
afterEach(() => client.disconnect())
afterAll(async () => {
  admin.disconnect()
  await server.close()
})

function connect(options: RedisOptions = {}): Redis {
  const settings = { ...recommendedRedisOptions, ...options, port: server.port }
  const made = new Redis(settings as RedisOptions & { replyMapping?: 'legacy' })
  made.on('error', () => {})
  return made
}

/** Connections of the client under test that are open at the server, its own included. */
async function connections(): Promise<number> {
  return String(await admin.call('CLIENT', 'LIST')).split(` name=${name} `).length - 1
}

async function until(look: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await look())) await sleep(5)
}

let revision: number
async function poke(): Promise<void> {
  await writer.commit('a', at(revision), { bytes, ...at(++revision), ttlMs: 60_000, poke: true })
}
beforeEach(() => {
  revision = 1
})

/** Pokes until it comes through. */
async function heard(hints: readonly Hint[]): Promise<void> {
  await until(async () => {
    await poke().catch(() => {})
    await sleep(5)
    return hints.some((hint) => typeof hint === 'object' && hint.revision === revision)
  })
}

describe('watching through Redis', () => {
  it('takes one connection, however many watch, through however many stores', async () => {
    const hints: Hint[] = []
    const other = redisStore(client, { prefix: 'other' })
    for (let i = 0; i < 500; i++) (i % 2 ? store : other).watch?.(`session-${i}`, () => {})
    store.watch?.('a', (hint) => hints.push(hint))
    await heard(hints)
    expect(await connections()).toBe(2)
    expect(await admin.call('PUBSUB', 'NUMSUB', channel)).toEqual([channel, 1])
  })

  it('takes none before somebody watches, and none soon after the last has stopped', async () => {
    const watch = createWatch(client, { lingerMs: 1 })
    await store.now()
    expect(await connections()).toBe(1)
    const listeners = client.listenerCount('end')
    for (let i = 0; i < 5; i++) {
      const hints: Hint[] = []
      const stop = watch(channel, 'a', (hint) => hints.push(hint))
      await heard(hints)
      stop()
      await until(async () => (await connections()) === 1)
    }
    await until(() => client.listenerCount('end') === listeners)
    expect(await admin.call('PUBSUB', 'CHANNELS')).toEqual([])
  })

  it('keeps the connection when somebody watches again at once, and no channel that nobody watches', async () => {
    const hints: Hint[] = []
    const stop = store.watch?.('a', (hint) => hints.push(hint))
    await heard(hints)
    const [, id] = /id=(\d+) .*sub=1/.exec(String(await admin.call('CLIENT', 'LIST'))) ?? []
    for (let i = 0; i < 300; i++) store.watch?.(`session-${i}`, () => {})()
    stop?.()
    const again: Hint[] = []
    const end = store.watch?.('a', (hint) => again.push(hint))
    await heard(again)
    expect(await admin.call('PUBSUB', 'CHANNELS')).toEqual([channel])
    expect(String(await admin.call('CLIENT', 'LIST'))).toMatch(new RegExp(`id=${id} .*sub=1`))
    end?.()
  })

  it('leaves nothing behind when it is stopped before it has begun', async () => {
    const watch = createWatch(client, { lingerMs: 1 })
    for (let i = 0; i < 50; i++) watch(channel, 'a', () => {})()
    await until(async () => (await connections()) === 1 && client.listenerCount('end') === 0)
    expect(await admin.call('PUBSUB', 'CHANNELS')).toEqual([])
  })

  it('says that something may have been missed when the connection was lost, and goes on', async () => {
    const hints: Hint[] = []
    store.watch?.('a', (hint) => hints.push(hint))
    await heard(hints)
    hints.length = 0
    await admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub')
    await until(() => hints.includes(undefined))
    await heard(hints)
  })

  it('says so after an outage of Redis too', async () => {
    const hints: Hint[] = []
    store.watch?.('a', (hint) => hints.push(hint))
    await heard(hints)
    await server.kill()
    hints.length = 0
    await server.start()
    await until(() => hints.includes(undefined))
    await heard(hints)
  })

  it('notices a connection that died without a word', async () => {
    const watch = createWatch(client, { probeMs: 100, answerMs: 90 })
    const hints: Hint[] = []
    const stop = watch(channel, 'a', (hint) => hints.push(hint))
    await heard(hints)
    hints.length = 0
    // Until a probe falls into the silence: on a busy machine it may come late.
    await until(async () => {
      server.signal('SIGSTOP')
      await sleep(400)
      server.signal('SIGCONT')
      await sleep(50)
      return hints.includes(undefined)
    })
    await heard(hints)
    stop()
  })

  it('ends with its client', async () => {
    const hints: Hint[] = []
    store.watch?.('a', (hint) => hints.push(hint))
    await heard(hints)
    expect(await connections()).toBe(2)
    client.disconnect()
    await until(async () => (await connections()) === 0)
  })

  it('keeps no process alive', async () => {
    const script = bundled(fileURLToPath(new URL('./watching.fixture.ts', import.meta.url)))
    const child = spawn(process.execPath, [script, `${server.port}`], { stdio: 'pipe' })
    const said: Buffer[] = []
    child.stdout.on('data', (data: Buffer) => said.push(data))
    child.stderr.on('data', (data: Buffer) => said.push(data))
    const [code] = await once(child, 'exit').finally(() => child.kill('SIGKILL'))
    expect({ code, said: Buffer.concat(said).toString() }).toEqual({ code: 0, said: 'watching\n' })
  })

  it('ignores what it does not understand', async () => {
    const hints: Hint[] = []
    store.watch?.('a', (hint) => hints.push(hint))
    await heard(hints)
    hints.length = 0
    const strange = [
      '',
      'a',
      '1.2',
      '1.2a',
      '-1.2 a',
      '1.2.3 a',
      '1e9.2 a',
      'removed',
      'removed b',
      'REMOVED a',
      ' 1.2 a',
    ]
    for (const message of [...strange, `${'9'.repeat(400)}.1 a`, '1.2 A', '1.2 a\n'])
      await admin.publish(channel, message)
    await poke()
    await until(() => hints.length > 0)
    expect(hints).toEqual([at(revision)])
  })

  it.each<[string, RedisOptions]>([
    ['the second protocol', { protocol: 2 }],
    ['replies as the third protocol has them', { replyMapping: 'resp3' }],
    ['a client with a prefix of its own', { keyPrefix: 'own:' }],
    ['a client that has not connected yet', { lazyConnect: true }],
    ['a client that pipelines by itself', { enableAutoPipelining: true }],
  ])('works with %s', async (_, options) => {
    const other = connect(options)
    const there = redisStore(other)
    const hints: Hint[] = []
    const stop = there.watch?.('b', (hint) => hints.push(hint))
    await until(() => hints.includes(undefined))
    await there.commit('b', 0, { bytes, ...at(1), ttlMs: 60_000, poke: true })
    await until(() => hints.length > 1)
    await there.remove('b', 60_000)
    await until(() => hints.length > 2)
    expect(hints).toEqual([undefined, at(1), 'removed'])
    stop?.()
    other.disconnect()
  })
})

describe('a user of Redis', () => {
  afterEach(() => admin.acl('DELUSER', 'limited'))

  async function limited(...rules: string[]): Promise<Store> {
    await admin.acl('SETUSER', 'limited', 'reset', 'on', '>password', 'allkeys', ...rules)
    client.disconnect()
    client = connect({ username: 'limited', password: 'password' })
    return redisStore(client)
  }

  it('[M46] who may not publish can still commit and remove', async () => {
    const restricted = await limited('+@all', 'resetchannels')
    const entry = { bytes, ...at(2), ttlMs: 60_000, poke: true }
    expect(await restricted.commit('a', at(1), entry)).toMatchObject({ committed: true })
    expect(await restricted.read('a')).toMatchObject({ position: { revision: 2 } })
    expect(await restricted.remove('a', 60_000)).toBe(true)
    expect(await restricted.read('a')).toBe('removed')
  })

  it('who may not subscribe is told to look from time to time', async () => {
    const restricted = await limited('+@all', 'resetchannels')
    const hints: Hint[] = []
    restricted.watch?.('a', (hint) => hints.push(hint))
    await until(() => hints.length >= 3)
    expect(new Set(hints)).toEqual(new Set([undefined]))
  })
})

describe('watching through a cluster', () => {
  let cluster: OwnCluster
  beforeAll(async () => {
    cluster = await ownCluster({ redisOptions: recommendedRedisOptions, enableOfflineQueue: false })
  })
  afterAll(() => cluster.close())

  it('survives the loss of the connection, to whichever node it was', async () => {
    const hints: Hint[] = []
    const sessions = redisStore(cluster.client)
    const stop = sessions.watch?.('a', (hint) => hints.push(hint))
    await until(() => hints.includes(undefined))
    hints.length = 0
    for (const node of cluster.client.nodes('master')) await node.call('CLIENT', 'KILL', 'TYPE', 'pubsub')
    await until(() => hints.includes(undefined))
    await sessions.commit('a', 0, { bytes, ...at(1), ttlMs: 60_000, poke: true })
    await until(() => hints.some((hint) => typeof hint === 'object'))
    stop?.()
  })

  it('goes to another node when the one it listens to has left', async () => {
    const hints: Hint[] = []
    const watch = createWatch(cluster.client, { probeMs: 20 })
    const stop = watch(channel, 'a', (hint) => hints.push(hint))
    await until(() => hints.includes(undefined))
    hints.length = 0
    // To the client it looks as if the cluster had become other nodes.
    const { nodes } = cluster.client
    await until(async () => {
      cluster.client.nodes = () => []
      await sleep(50)
      cluster.client.nodes = nodes
      await sleep(50)
      return hints.includes(undefined)
    })
    stop()
  })
})
