import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, it } from 'vitest'
import { moveSlots } from '../../../../scripts/redis-cluster.mjs'
import type { Hint } from '../store/store.ts'
import { redisKeys } from './keys.ts'
import { startLoad, violationsOf } from './load.fixture.ts'
import { recommendedClusterOptions } from './options.ts'
import { ownCluster } from './own-server.fixture.ts'
import { slotOf } from './slots.ts'
import { redisStore } from './store.ts'

// The deadline of the engine for one request.
const deadlineMs = 3000

const cluster = await ownCluster(recommendedClusterOptions, { replicas: 1 })
const other = cluster.connect()
for (const client of [cluster.client, other]) client.on('error', () => {})
afterAll(async () => {
  other.disconnect()
  await cluster.close()
})

const keys = redisKeys({ prefix: 'dogear', partitions: 256 })
const stores = [redisStore(cluster.client), redisStore(other)] as const
const sessions = Array.from({ length: 40 }, (_, i) => `session-${i}`)
const ports = cluster.servers.map(({ port }) => port)

it('forks and loses nothing in a live reshard, and settles every call within the deadline', async () => {
  const load = startLoad(stores, sessions)
  await sleep(300)
  const slots = [...new Set(sessions.map((id) => slotOf(keys.session(id))))]
  const before = load.acknowledged.length
  // From each primary to the next, until all are where they were.
  for (const [from, to] of [
    [0, 1],
    [1, 2],
    [2, 0],
  ] as const) {
    const own = await cluster.client
      .nodes('master')
      .find((node) => node.options.port === ports[from])
      ?.cluster('NODES')
    expect(own).toBeDefined()
    const [first, last] = [Math.floor((16384 * from) / 3), Math.floor((16384 * (from + 1)) / 3)]
    const moved = slots.filter((slot) => slot >= first && slot < last)
    await moveSlots(moved, { ports: ports.slice(0, 3), from: ports[from] ?? 0, to: ports[to] ?? 0, keysAtOnce: 1 })
  }
  const during = load.acknowledged.length - before
  expect(during).toBeGreaterThan(0)
  while (load.acknowledged.length - before <= 500) await sleep(20)
  await load.stop()
  expect(await violationsOf(load, stores[0])).toEqual([])
  expect(load.longestMs.call).toBeLessThan(deadlineMs)
  expect(load.longestMs.claim).toBeLessThan(2 * deadlineMs)
}, 120_000)

it('forks and loses nothing when a primary is killed, and tells watchers again once its replica serves', async () => {
  const told = new Set<string>()
  const note = (id: string) => (hint: Hint) => typeof hint === 'object' && told.add(id)
  const stops = sessions.map((id) => stores[0].watch?.(id, note(id)))
  const load = startLoad(stores, sessions)
  while (told.size < sessions.length) await sleep(20)
  const [victim] = cluster.servers
  await victim?.kill()
  const killedAt = performance.now()
  const written = () => new Set(load.acknowledged.filter(({ at }) => at > killedAt).map(({ session }) => session))
  while (written().size < sessions.length) await sleep(20)
  const recoveredMs = performance.now() - killedAt
  told.clear()
  while (told.size < sessions.length) await sleep(20)
  expect(performance.now() - killedAt).toBeLessThan(15_000)
  for (const stop of stops) stop?.()
  await load.stop()
  expect(await violationsOf(load, stores[0])).toEqual([])
  expect(load.longestMs.call).toBeLessThan(deadlineMs)
  expect(load.longestMs.claim).toBeLessThan(2 * deadlineMs)
  expect(recoveredMs).toBeLessThan(15_000)
}, 120_000)
