// Replicas that have to confirm, on a cluster: each commit by those of the very node that took it.

import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { afterAll, expect, it } from 'vitest'
import { at, bytesOf } from '../store/cases/bench.ts'
import type { CommitResult, Store } from '../store/store.ts'
import { redisKeys } from './keys.ts'
import { recommendedClusterOptions } from './options.ts'
import { type OwnServer, ownCluster } from './own-server.fixture.ts'
import { slotOf } from './slots.ts'
import { redisStore } from './store.ts'

// A wait for a replica that lags holds up the commits behind it.
const redisOptions = { ...recommendedClusterOptions.redisOptions, commandTimeout: 20_000 }
const options = { ...recommendedClusterOptions, redisOptions }
const cluster = await ownCluster(options, { replicas: 1 })
const prefixed = cluster.connect({ ...options, keyPrefix: '{tag}:' })
for (const client of [cluster.client, prefixed]) client.on('error', () => {})
const nodes = cluster.servers.map(({ port }) => new Redis(port).on('error', () => {}))
afterAll(async () => {
  for (const node of nodes) node.disconnect()
  prefixed.disconnect()
  for (const server of cluster.servers) server.signal('SIGCONT')
  await cluster.close()
})

// Long, as replicas that are to confirm may share their machine with much else.
const waitMs = 2_000
const keys = redisKeys({ prefix: 'dogear', partitions: 256 })
const store = redisStore(cluster.client, { replicas: 1, replicaWaitMs: waitMs })
/** For those who go on where it is not confirmed. */
const hasty = redisStore(cluster.client, { replicas: 1, replicaWaitMs: 400 })
const ownerOf = (id: string) => Math.floor((slotOf(keys.session(id)) * 3) / 16384)
const write = (to: Store, id: string): Promise<CommitResult> =>
  to.commit(id, 0, { bytes: bytesOf('one'), ...at(1), ttlMs: 60_000, confirm: true })
/** Sessions of each primary, two of them. */
const sessionsOf = (name: string) =>
  [0, 1, 2].flatMap((owner) =>
    Array.from({ length: 60 }, (_, i) => `${name}-${i}`)
      .filter((id) => ownerOf(id) === owner)
      .slice(0, 2),
  )
const replicaOf = (owner: number) => cluster.servers[3 + owner] as OwnServer

/** Sessions whose commits were confirmed. */
async function confirmed(to: Store, ids: readonly string[]): Promise<string[]> {
  const results = await Promise.all(ids.map((id) => write(to, id)))
  expect(results.every((result) => result.committed)).toBe(true)
  return ids.filter((_, i) => !('confirmed' in (results[i] ?? {})))
}

async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  const patience = AbortSignal.timeout(60_000)
  while (!(await holds())) {
    patience.throwIfAborted()
    await sleep(20)
  }
}

it('a commit is confirmed if the replica of its own node has it, and says so if that one lags', async () => {
  const ids = sessionsOf('lag')
  expect(await confirmed(store, sessionsOf('first'))).toHaveLength(6)
  replicaOf(1).signal('SIGSTOP')
  const began = performance.now()
  expect(await confirmed(store, ids)).toEqual(ids.filter((id) => ownerOf(id) !== 1))
  expect(performance.now() - began).toBeGreaterThanOrEqual(waitMs - 5)
  replicaOf(1).signal('SIGCONT')
})

it('a client with a prefix for its keys asks the node of the whole key', async () => {
  const own = redisStore(prefixed, { replicas: 1, replicaWaitMs: waitMs })
  const owner = Math.floor((slotOf('tag') * 3) / 16384)
  expect(await confirmed(own, ['a'])).toEqual(['a'])
  replicaOf(owner).signal('SIGSTOP')
  expect(await confirmed(own, ['b', 'c'])).toEqual([])
  replicaOf(owner).signal('SIGCONT')
})

it('a commit sent on to the node its slot is moving to is not confirmed by the replica of the old one', async () => {
  const id = sessionsOf('moving')[0] ?? ''
  const entry = (revision: number) => ({
    bytes: bytesOf('one'),
    ...at(revision),
    ttlMs: 60_000,
    dueAt: 1,
    confirm: true,
  })
  await store.commit(id, 0, entry(1))
  const [source, target] = [nodes[0] as Redis, nodes[1] as Redis]
  const [from, to] = [String(await source.cluster('MYID')), String(await target.cluster('MYID'))]
  const slot = slotOf(keys.session(id))
  await target.call('CLUSTER', 'SETSLOT', slot, 'IMPORTING', from)
  await source.call('CLUSTER', 'SETSLOT', slot, 'MIGRATING', to)
  const names = [keys.session(id), keys.due(keys.partitionOf(id))]
  await source.call('MIGRATE', '127.0.0.1', target.options.port ?? 0, '', 0, 5000, 'KEYS', ...names)
  replicaOf(1).signal('SIGSTOP')
  expect(await store.commit(id, at(1), entry(2))).toMatchObject({ committed: true, confirmed: false })
  replicaOf(1).signal('SIGCONT')
  for (const node of [target, source, nodes[2] as Redis]) await node.call('CLUSTER', 'SETSLOT', slot, 'NODE', to)
  // The client learns of the move from this one.
  await store.commit(id, at(2), entry(3))
  expect(await store.commit(id, at(3), entry(4))).toEqual({ committed: true, now: expect.any(Number) })
})

it('a primary that is killed takes nothing confirmed with it, and the one after it confirms nothing', async () => {
  const kept = new Set<string>()
  let over = false
  const loads = Array.from({ length: 6 }, async (_, person) => {
    for (let nth = 0; !over; nth++) {
      const id = `load-${person}-${nth}`
      const result = await write(hasty, id).catch(() => undefined)
      if (result?.committed && result.confirmed !== false) kept.add(id)
    }
  })
  try {
    await eventually(() => kept.size >= 60)
    await cluster.servers[2]?.kill()
    await eventually(async () => (await nodes[5]?.info('replication'))?.includes('role:master') === true)
    const before = kept.size
    await eventually(() => kept.size >= before + 20)
  } finally {
    over = true
    await Promise.all(loads)
  }
  const lost: string[] = []
  let found: Awaited<ReturnType<Store['read']>>
  const isRead = async (id: string) => {
    // The cluster may still be settling.
    found = await store.read(id).catch(() => 'removed' as const)
    return found !== 'removed'
  }
  for (const id of kept) {
    await eventually(() => isRead(id))
    if (!found) lost.push(id)
  }
  expect(lost).toEqual([])
  const after = sessionsOf('after')
  expect(await confirmed(store, after)).toEqual(after.filter((id) => ownerOf(id) !== 2))
}, 240_000)
