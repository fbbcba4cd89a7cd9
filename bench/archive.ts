// `npm run bench -- archive [--sessions=100000] [--rounds=6]`: what an archive costs a turn, what it takes off Redis.

import { randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { type Archive, createEngine, type Engine, startWorker } from 'dogear'
import type { Caller, Credential } from 'dogear/http'
import { postgresStore, recommendedPoolOptions } from 'dogear/postgres'
import { recommendedRedisOptions, redisStore } from 'dogear/redis'
import { Redis } from 'ioredis'
import pg from 'pg'
import { startPostgres, startRedis } from '../scripts/services.mjs'
import { answers, flow } from './flow.ts'

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: { sessions: { type: 'string', default: '100000' }, rounds: { type: 'string', default: '6' } },
})
const sessions = Number(values.sessions)
const rounds = Number(values.rounds)
const people = 32
const roundMs = 3_000
const activeShare = 100
const hot = '20 seconds'

const redis = await startRedis()
const postgres = await startPostgres()
const client = new Redis(redis.url, recommendedRedisOptions)
const pool = new pg.Pool({ connectionString: postgres.url, ...recommendedPoolOptions })
const database = postgresStore(pool)
await database.prepare()
let rows = 0
const archive: Archive = {
  ...database,
  put(all, graceMs) {
    rows += all.size
    return database.put(all, graceMs)
  },
}

type Person = { caller: Caller; engine: Engine }

const hash = (): string => randomBytes(32).toString('base64url')

function person(engine: Engine): Person {
  const credential: Credential = { id: hash(), secretHash: hash() }
  return { engine, caller: { credential: undefined, mint: () => credential } }
}

async function act({ engine, caller }: Person, event: { type: string; answers?: object }): Promise<void> {
  const reply = await engine.send('bench', caller, { opId: randomUUID(), event })
  if (reply.outcome === 'rejected') throw new Error(reply.message)
  if (reply.created) caller.credential = reply.created
}

/** Turns a second, and processor time of this process in microseconds a turn, by people who never pause. */
async function round(crowd: readonly Person[]): Promise<{ perSecond: number; cpuMicros: number }> {
  let turns = 0
  const [began, cpu] = [performance.now(), process.cpuUsage()]
  const end = began + roundMs
  await Promise.all(
    crowd.map(async (one) => {
      for (; performance.now() < end; turns++) await act(one, { type: 'visited' })
    }),
  )
  const { user, system } = process.cpuUsage(cpu)
  return { perSecond: (1000 * turns) / (performance.now() - began), cpuMicros: (user + system) / turns }
}

const median = (all: readonly number[]): number => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0

async function costOfATurn(): Promise<void> {
  const plain = createEngine({ store: redisStore(client, { prefix: 'plain' }), flows: [flow] })
  const kept = createEngine({ store: redisStore(client, { prefix: 'kept' }), archive, flows: [flow] })
  const crowds = [plain, kept].map((engine) => Array.from({ length: people }, () => person(engine)))
  for (const crowd of crowds) for (const one of crowd) await act(one, { type: 'answered', answers })
  const worker = startWorker({ engine: kept, onError: console.error })
  for (const crowd of crowds) await round(crowd)
  const results = crowds.map(() => [] as Awaited<ReturnType<typeof round>>[])
  rows = 0
  for (let count = 0; count < rounds; count++)
    for (const [at, crowd] of crowds.entries()) results[at]?.push(await round(crowd))
  const [without, with_] = results.map((all) => ({
    perSecond: median(all.map(({ perSecond }) => perSecond)),
    cpuMicros: median(all.map(({ cpuMicros }) => cpuMicros)),
    turns: all.reduce((sum, { perSecond }) => sum + (perSecond * roundMs) / 1000, 0),
  }))
  await worker.stop()
  if (!without || !with_) return
  const ratio = (with_.perSecond / without.perSecond).toFixed(2)
  const cpu = (with_.cpuMicros / without.cpuMicros).toFixed(2)
  console.log(`Redis alone: ${without.perSecond.toFixed(0)} turns/s, ${without.cpuMicros.toFixed(0)} µs a turn`)
  console.log(
    `with Postgres behind it: ${with_.perSecond.toFixed(0)} turns/s (${ratio} ×), ` +
      `${with_.cpuMicros.toFixed(0)} µs a turn (${cpu} ×), ${(rows / with_.turns).toFixed(4)} row writes a turn`,
  )
}

const usedMemory = async (): Promise<number> => Number(/used_memory:(\d+)/.exec(await client.info('memory'))?.[1])

/** Of so many sessions one in a hundred goes on; the others are left alone for longer than their hot time. */
async function idlePeople(): Promise<void> {
  await client.flushall()
  const empty = await usedMemory()
  const idle = flow.provide({ lifetime: { hot } })
  const engine = createEngine({ store: redisStore(client, { prefix: 'idle' }), archive, flows: [idle] })
  const all = Array.from({ length: sessions }, () => person(engine))
  const active = all.slice(0, Math.max(1, sessions / activeShare))
  for (let from = 0; from < all.length; from += 64)
    await Promise.all(all.slice(from, from + 64).map((one) => act(one, { type: 'answered', answers })))
  const before = (await usedMemory()) - empty
  const began = performance.now()
  const workers = [0, 1].map(() => startWorker({ engine, onError: console.error }))
  const store = redisStore(client, { prefix: 'idle' })
  while (((await store.lag?.())?.sessions ?? 0) > 0) await sleep(100)
  const archivedMs = performance.now() - began
  const end = performance.now() + 60_000
  while (performance.now() < end) {
    for (let from = 0; from < active.length; from += 64)
      await Promise.all(active.slice(from, from + 64).map((one) => act(one, { type: 'visited' })))
    await sleep(1_000)
  }
  const after = (await usedMemory()) - empty
  await Promise.all(workers.map((worker) => worker.stop()))
  const mib = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`
  console.log(
    `${sessions} sessions, of which ${active.length} go on: ${mib(before)} in Redis while all are hot, ` +
      `${mib(after)} when the others are in Postgres only; ` +
      `${Math.round(sessions / (archivedMs / 1000))} archived a second`,
  )
}

await costOfATurn()
await idlePeople()
client.disconnect()
await pool.end()
await redis.stop()
await postgres.stop()
