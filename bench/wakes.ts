// `npm run bench -- wakes [--due=20000] [--beside=100000] [--against=file]`: timers that workers fire, by their number.

import { type ChildProcess, fork } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createEngine, defineFlow, startWorker } from 'dogear'
import type { Caller, Credential } from 'dogear/http'
import { recommendedRedisOptions, redisStore } from 'dogear/redis'
import { Redis } from 'ioredis'
import { setup } from 'xstate'
import { z } from 'zod'
import { connectionOf } from '../packages/dogear/src/redis/connection.ts'
import { redisKeys } from '../packages/dogear/src/redis/keys.ts'
import type { Script } from '../packages/dogear/src/redis/scripts.ts'
import { startRedis } from '../scripts/services.mjs'
import { answers } from './flow.ts'
import { keep } from './output/keep.ts'

const dayMs = 24 * 3_600_000
const machine = setup({
  types: { context: {} as { answers: object }, events: {} as { type: 'soon' } | { type: 'late' } },
  delays: { moment: 1, day: dayMs },
}).createMachine({
  id: 'wakes',
  initial: 'answers',
  context: { answers },
  states: {
    answers: { id: 'answers', on: { soon: 'soon', late: 'late' } },
    soon: { id: 'soon', after: { moment: 'expired' } },
    late: { id: 'late', after: { day: 'expired' } },
    expired: { id: 'expired' },
  },
})
const flow = defineFlow({ id: 'wakes', version: 1, machine, events: { soon: z.object({}), late: z.object({}) } })
const keys = redisKeys({ prefix: 'dogear', partitions: 256 })
const hash = () => randomBytes(32).toString('base64url')

/** The account of a worker: `scripts` are its calls in Redis, `vain` the claims that others were faster with. */
type Told = { woken: number; cpuMicros: number; errors: number; scripts: Record<string, number>; vain: number }

/** The program of a worker: starts at the first message, tells what it did at every further one. */
async function work(url: string): Promise<void> {
  const client = new Redis(url, recommendedRedisOptions)
  await once(client, 'ready')
  const told: Told = { woken: 0, cpuMicros: 0, errors: 0, scripts: {}, vain: 0 }
  const store = redisStore(client)
  const scripts = connectionOf(client).scripts as Record<string, Script>
  for (const [name, script] of Object.entries(scripts))
    scripts[name] = async (...args) => {
      told.scripts[name] = (told.scripts[name] ?? 0) + 1
      const reply = await script(...args)
      if (name === 'claim' && reply === null) told.vain++
      return reply
    }
  const engine = createEngine({ store, flows: [flow] })
  process.send?.('ready')
  await once(process, 'message')
  const worker = startWorker({ engine, onError: () => told.errors++ })
  process.on('message', () => {
    const { user, system } = process.cpuUsage()
    process.send?.({ ...told, woken: worker.woken, cpuMicros: user + system })
  })
}

/** The stored value of a session after `type`. */
async function stored(client: Redis, type: 'soon' | 'late'): Promise<Buffer> {
  const engine = createEngine({ store: redisStore(client), flows: [flow] })
  const credential: Credential = { id: hash(), secretHash: hash() }
  const caller: Caller = { credential: undefined, mint: () => credential }
  await engine.send('wakes', caller, { opId: randomUUID(), event: { type } })
  const value = await client.getBuffer(keys.session(credential.id))
  await client.call('FLUSHALL')
  if (!value) throw new Error('The session was not stored.')
  return value
}

/** Stores so many copies of a session; `dueAt` says from when on each can be claimed. */
async function fill(client: Redis, value: Buffer, count: number, dueAt: (index: number) => number): Promise<void> {
  for (let from = 0; from < count; from += 1_000) {
    const batch = client.pipeline()
    for (let index = from; index < Math.min(count, from + 1_000); index++) {
      const id = hash()
      batch.set(keys.session(id), value, 'PX', dayMs)
      batch.zadd(keys.due(keys.partitionOf(id)), dueAt(index), id)
    }
    await batch.exec()
  }
}

async function ask(child: ChildProcess): Promise<Told> {
  child.send('tell')
  return (await once(child, 'message'))[0] as Told
}

const numberIn = (text: string, name: string) => Number(new RegExp(`${name}:([\\d.]+)`).exec(text)?.[1] ?? 0)
async function redisMicros(client: Redis): Promise<number> {
  const cpu = await client.info('cpu')
  return (numberIn(cpu, 'used_cpu_user') + numberIn(cpu, 'used_cpu_sys')) * 1e6
}

type Round = { perSecond: number; workerMicros: number; redisMicros: number; notes: string }

async function round(client: Redis, url: string, { file, workers, due, value }: Asked): Promise<Round> {
  const now = Date.now()
  await fill(client, value, due, (index) => now - 60_000 + (index % 50_000))
  const env = { ...process.env, BENCH_WAKES_REDIS: url }
  const children = Array.from({ length: workers }, () => fork(file, [], { env, execArgv: [] }))
  try {
    await Promise.all(children.map((child) => once(child, 'message')))
    await client.config('RESETSTAT')
    const before = await redisMicros(client)
    const started = performance.now()
    for (const child of children) child.send('start')
    let told: Told[] = []
    const woken = () => told.reduce((sum, one) => sum + one.woken, 0)
    do {
      await sleep(20)
      told = await Promise.all(children.map(ask))
    } while (woken() < due)
    const seconds = (performance.now() - started) / 1_000
    const sum = (of: (one: Told) => number) => told.reduce((all, one) => all + of(one), 0)
    const calls = [...new Set(told.flatMap(({ scripts }) => Object.keys(scripts)))].map(
      (name) => `${name} ${(sum(({ scripts }) => scripts[name] ?? 0) / due).toFixed(2)}`,
    )
    const stats = await client.info('commandstats')
    for (const [, name, count] of stats.matchAll(/^cmdstat_(evalsha|get):calls=(\d+)/gm))
      calls.push(`${name} ${(Number(count) / due).toFixed(2)}`)
    return {
      perSecond: due / seconds,
      workerMicros: sum(({ cpuMicros }) => cpuMicros) / due,
      redisMicros: ((await redisMicros(client)) - before) / due,
      notes: `${calls.join(', ')}; ${sum(({ vain }) => vain)} claims in vain, ${sum(({ errors }) => errors)} errors`,
    }
  } finally {
    for (const child of children) child.kill()
  }
}

type Asked = { file: string; workers: number; due: number; value: Buffer }

async function main(): Promise<void> {
  const { values } = parseArgs({
    args: process.argv.slice(3),
    options: {
      due: { type: 'string', default: '20000' },
      beside: { type: 'string', default: '100000' },
      workers: { type: 'string', default: '1,2,3' },
      rounds: { type: 'string', default: '3' },
      against: { type: 'string' },
    },
  })
  const service = await startRedis()
  const client = new Redis(service.url)
  const self = fileURLToPath(import.meta.url)
  const files = values.against ? [values.against, self] : [self]
  const due = Number(values.due)
  try {
    const [soon, late] = [await stored(client, 'soon'), await stored(client, 'late')]
    await fill(client, late, Number(values.beside), () => Date.now() + dayMs)
    console.log(`\n${due} sessions with a timer that is due beside ${values.beside} with one that is not, Redis`)
    const counts = values.workers.split(',').map(Number)
    const cases = counts.flatMap((workers) => files.map((file) => ({ workers, file, rounds: [] as Round[] })))
    // The cases alternate, so that a busy machine slows all alike.
    for (let count = 0; count < Number(values.rounds); count++)
      for (const one of cases) one.rounds.push(await round(client, service.url, { ...one, due, value: soon }))
    const rows: object[] = []
    for (const { workers, file, rounds } of cases) {
      const [middle] = rounds.toSorted((a, b) => b.perSecond - a.perSecond).slice(Math.floor(rounds.length / 2))
      if (!middle) continue
      const name = `${workers} worker${workers === 1 ? '' : 's'}${file === self ? '' : ' (before)'}`.padEnd(18)
      if (file === self) rows.push({ workers, ...middle })
      const cpu = `${middle.workerMicros.toFixed(0)} µs of workers, ${middle.redisMicros.toFixed(0)} µs of Redis a wake`
      console.log(
        `  ${name} ${middle.perSecond.toFixed(0).padStart(6)} wakes/s   ${cpu}\n  ${''.padEnd(18)} ${middle.notes}`,
      )
    }
    keep('wakes', { due, beside: Number(values.beside), rounds: Number(values.rounds), rows })
  } finally {
    client.disconnect()
    await service.stop()
  }
}

if (process.env.BENCH_WAKES_REDIS) await work(process.env.BENCH_WAKES_REDIS)
else await main()
