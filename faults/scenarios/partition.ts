// A primary of a cluster that is cut off together with its clients: what it acknowledged until it noticed is lost.

import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Store } from 'dogear'
import { recommendedClusterOptions, redisStore } from 'dogear/redis'
import { Cluster } from 'ioredis'
import { startPartedCluster } from '../parted-cluster.ts'
import type { Finding } from '../report.ts'
import { until } from '../until.ts'
import type { Say } from './crowd.ts'

const classes = ['memory', 'replicated'] as const
type Durability = (typeof classes)[number]
type Kept = Record<Durability, string[]>

/** The longest a call may take: two seconds of trying, and the wait for replicas. */
const settlesWithinMs = 3_500

export async function partition({ seed, say, runs = 1 }: { seed: number; say: Say; runs?: number }): Promise<Finding> {
  const told = { memory: { acknowledged: 0, lost: 0 }, replicated: { acknowledged: 0, lost: 0 } }
  const recoveryMs: number[] = []
  let longestMs = 0
  for (let run = 1; run <= runs; run++) {
    const one = await once()
    for (const kind of classes) {
      told[kind].acknowledged += one.acknowledged[kind].length
      told[kind].lost += one.lost[kind]
    }
    recoveryMs.push(one.recoveredMs)
    longestMs = Math.max(longestMs, one.longestMs)
    say(`partition: ${run} of ${runs}; ${textOf(told)}`)
  }
  const violations = [
    ...(told.replicated.lost > 0 ? [{ rule: 'durability', session: '', detail: textOf(told) }] : []),
    ...(told.memory.lost === 0 ? [{ rule: 'no fault', session: '', detail: 'nothing was lost at all' }] : []),
    ...(longestMs > settlesWithinMs ? [{ rule: 'unsettled', session: '', detail: `a call took ${longestMs} ms` }] : []),
  ]
  const turns = told.memory.acknowledged + told.replicated.acknowledged
  const notes = [`seed ${seed}: ${textOf(told)}; the longest call took ${Math.round(longestMs)} ms`]
  return {
    fault: 'a primary cut off with its clients',
    seed,
    runs,
    turns,
    injected: runs,
    violations,
    recoveryMs,
    notes,
  }
}

const textOf = (told: Record<Durability, { acknowledged: number; lost: number }>): string =>
  classes.map((kind) => `${kind} lost ${told[kind].lost} of ${told[kind].acknowledged}`).join(', ')

async function once() {
  const folder = await mkdtemp(join(tmpdir(), 'dogear-partition-'))
  const cluster = await startPartedCluster(folder)
  const client = new Cluster(
    cluster.ports.map((port) => ({ host: '127.0.0.1', port })),
    { ...recommendedClusterOptions, natMap: cluster.natMap },
  ).on('error', () => {})
  const over = new AbortController()
  try {
    const stores: Record<Durability, Store> = {
      memory: redisStore(client),
      replicated: redisStore(client, { replicas: 1, replicaWaitMs: 300 }),
    }
    const acknowledged: Kept = { memory: [], replicated: [] }
    let longestMs = 0
    const timed = (ms: number) => {
      longestMs = Math.max(longestMs, ms)
    }
    const writing = classes.flatMap((kind) =>
      Array.from({ length: 6 }, () => write(stores[kind], acknowledged[kind], { over: over.signal, timed })),
    )
    await until(() => classes.every((kind) => acknowledged[kind].length > 100))
    cluster.part()
    const partedAt = performance.now()
    await until(async () => (await cluster.roleOf(3)).includes('role:master'))
    await until(async () => (await client.cluster('INFO').catch(() => '')) !== '')
    const recoveredMs = performance.now() - partedAt
    await sleep(500)
    cluster.heal()
    await until(async () => /role:slave.*master_link_status:up/s.test(await cluster.roleOf(0)))
    over.abort()
    await Promise.all(writing)
    const lost = { memory: 0, replicated: 0 }
    for (const kind of classes) {
      for (const id of acknowledged[kind]) if (!(await found(stores.memory, id))) lost[kind]++
    }
    return { acknowledged, lost, recoveredMs, longestMs }
  } finally {
    over.abort()
    client.disconnect()
    await cluster.close()
    await rm(folder, { recursive: true, force: true })
  }
}

type Writing = { over: AbortSignal; timed: (ms: number) => void }

/** Begins one session after the other, and notes those that were acknowledged. */
async function write(store: Store, acknowledged: string[], { over, timed }: Writing): Promise<void> {
  while (!over.aborted) {
    const id = randomUUID()
    const began = performance.now()
    const entry = { bytes: Buffer.from(id), revision: 1, mark: 'aaaaaaaa', ttlMs: 600_000 }
    const confirm = store.durability === 'replicated' && { confirm: true }
    const result = await store.commit(id, 0, { ...entry, ...confirm }).catch(() => undefined)
    timed(performance.now() - began)
    if (result?.committed && result.confirmed !== false) acknowledged.push(id)
    await sleep(10)
  }
}

/** The cluster may still be settling. */
async function found(store: Store, id: string): Promise<boolean> {
  for (let tries = 0; ; tries++) {
    try {
      return (await store.read(id)) !== undefined
    } catch (error) {
      if (tries === 20) throw error
    }
  }
}
