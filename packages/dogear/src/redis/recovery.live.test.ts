import { Redis } from 'ioredis'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { at } from '../store/cases/bench.ts'
import type { Entry, Store } from '../store/store.ts'
import { recommendedRedisOptions } from './options.ts'
import { type OwnServer, ownServer } from './own-server.fixture.ts'
import { redisStore } from './store.ts'

const settlesWithinMs = 6000
const unavailable = { code: 'store_unavailable', retryAfterMs: 1000 }

let server: OwnServer
let client: Redis
let store: Store

beforeEach(async () => {
  server = await ownServer()
  client = new Redis(server.port, recommendedRedisOptions)
  client.on('error', () => {})
  store = redisStore(client)
})

afterEach(async () => {
  client.disconnect()
  server.signal('SIGCONT')
  await server.close()
})

function entry(revision: number): Entry {
  return { bytes: Buffer.from(`revision ${revision}`), ...at(revision), ttlMs: 600_000, dueAt: 1 }
}

/** All operations at once; how each of them ended, and how long it took until the last one had. */
async function everything(): Promise<{ outcomes: unknown[]; tookMs: number }> {
  const began = performance.now()
  const calls = [
    store.read('a'),
    store.commit('a', at(1), entry(2)),
    store.remove('b', 1000),
    store.claimDue(1, 1),
    store.now(),
    store.directory.list('owner', 1),
    store.directory.tryCode('code', 1),
    store.scan(undefined, 1),
  ]
  const outcomes = await Promise.all(
    calls.map((call) =>
      call.then(
        () => 'answered',
        (error: unknown) => error,
      ),
    ),
  )
  return { outcomes, tookMs: performance.now() - began }
}

/** Calls until an answer comes: how long it took to find back. */
async function recovered(): Promise<number> {
  const began = performance.now()
  for (;;) {
    const answer = await store.read('a').catch(() => 'failed')
    if (answer !== 'failed') return performance.now() - began
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

describe('redisStore with the recommended options', () => {
  it('answers the first call after a start, without anybody waiting for the connection', async () => {
    const first = Array.from({ length: 30 }, (_, i) => store.commit(i === 0 ? 'a' : `other-${i}`, 0, entry(1)))
    expect((await Promise.all(first)).every(({ committed }) => committed)).toBe(true)
    const lazy = new Redis(server.port, { ...recommendedRedisOptions, lazyConnect: true })
    expect(await redisStore(lazy).read('a')).toMatchObject({ position: { revision: 1 } })
    lazy.disconnect()
  })

  it('fails fast while Redis is down, and finds back by itself with everything that was acknowledged', async () => {
    await store.commit('a', 0, entry(1))
    await server.kill()
    for (let i = 0; i < 3; i++) {
      const { outcomes, tookMs } = await everything()
      for (const outcome of outcomes) expect(outcome).toMatchObject(unavailable)
      expect(tookMs).toBeLessThan(settlesWithinMs)
    }
    await server.start()
    expect(await recovered()).toBeLessThan(5000)
    expect(await store.read('a')).toMatchObject({ position: { revision: 1 } })
    expect(await store.commit('a', at(1), entry(2))).toMatchObject({ committed: true })
  })

  it('settles what was under way when Redis was killed', async () => {
    await store.commit('a', 0, entry(1))
    server.signal('SIGSTOP')
    const underWay = everything()
    await server.kill()
    const { outcomes, tookMs } = await underWay
    for (const outcome of outcomes) expect(outcome).toMatchObject(unavailable)
    expect(tookMs).toBeLessThan(recommendedRedisOptions.commandTimeout ?? 0)
    await server.start()
    expect(await recovered()).toBeLessThan(5000)
  })

  it('carries a commit over a connection that is lost before Redis answered', async () => {
    await store.commit('a', 0, entry(1))
    const admin = new Redis(server.port)
    const connection = await client.client('ID')
    await admin.client('PAUSE', 400, 'WRITE')
    const underWay = store.commit('a', at(1), entry(2))
    await admin.client('KILL', 'ID', connection)
    expect(await underWay).toMatchObject({ committed: true })
    await admin.quit()
  })

  it('settles every call while Redis hangs, and finds back when it goes on', async () => {
    await store.commit('a', 0, entry(1))
    server.signal('SIGSTOP')
    const { outcomes, tookMs } = await everything()
    for (const outcome of outcomes) expect(outcome).toMatchObject(unavailable)
    expect(tookMs).toBeLessThan(settlesWithinMs)
    server.signal('SIGCONT')
    expect(await recovered()).toBeLessThan(5000)
  })

  it('answers when Redis is down from the start, once it is there', async () => {
    await server.kill()
    client.disconnect()
    client = new Redis(server.port, recommendedRedisOptions)
    client.on('error', () => {})
    store = redisStore(client)
    await expect(store.read('a')).rejects.toMatchObject(unavailable)
    await server.start()
    expect(await recovered()).toBeLessThan(5000)
  })
})
