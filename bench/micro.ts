// `npm run bench -- micro`: the parts of a hot turn one by one, and the microseconds of the script in Redis.

import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createEngine, memoryStore, msgpackCodec, type Store } from 'dogear'
import { type Credential, createHttp } from 'dogear/http'
import { recommendedRedisOptions, redisStore } from 'dogear/redis'
import { Redis } from 'ioredis'
import { Bench } from 'tinybench'
import { step } from '../packages/dogear/src/flow/machine.ts'
import type { Opened } from '../packages/dogear/src/turn/advance.ts'
import { viewOf } from '../packages/dogear/src/turn/open.ts'
import { added, sender, start } from '../packages/dogear/src/turn/session.fixture.ts'
import { takeTurn } from '../packages/dogear/src/turn/take-turn.ts'
import { validate } from '../packages/dogear/src/turn/validate.ts'
import { startRedis } from '../scripts/services.mjs'
import { flow } from './flow.ts'
import { limits } from './limits.ts'
import { begin, hot } from './load/dialects.ts'
import { keep } from './output/keep.ts'

/** One turn on `stored`, whose result is the session as the engine's cache keeps it. */
function turn(stored: Opened | undefined, event: { type: string }): Opened {
  const { epoch, revision, mark } = stored?.record ?? { epoch: 0, revision: 0, mark: '' }
  const position = { epoch, revision, mark }
  const sent = { kind: 'event' as const, opId: randomUUID(), position, event, sender, ...added(stored?.record) }
  const taken = takeTurn(flow, stored, sent, start)
  if (!taken.changed || !taken.shown) throw new Error('The event was not taken.')
  return taken.shown
}

/** A session in which every list that remembers the last turns is full. */
function played(): Opened {
  let session = turn(undefined, begin)
  for (let count = 0; count < 100; count++) session = turn(session, hot)
  return session
}

/** A browser that calls the engine: each call is a hot turn. Its sessions are sealed with `keys`. */
async function visitor(store: Store, keys?: string): Promise<() => Promise<void>> {
  const engine = createEngine({ store, flows: [flow], keys })
  const hash = () => randomBytes(32).toString('base64url')
  const credential: Credential = { id: hash(), secretHash: hash() }
  const caller = { credential: undefined as Credential | undefined, mint: () => credential }
  let position: { epoch: number; revision: number; mark: string } | undefined
  const send = async (event: { type: string }) => {
    const { view } = await engine.send('bench', caller, { opId: randomUUID(), position, event })
    position = { epoch: view.epoch, revision: view.revision, mark: view.mark }
  }
  await send(begin)
  caller.credential = credential
  // As an async function, so that its first call is waited for, too.
  return async () => send(hot)
}

/** The same over web requests. */
async function browser(store: Store): Promise<() => Promise<void>> {
  const http = createHttp({ engine: createEngine({ store, flows: [flow] }), limits, explain: () => {} })
  let cookie = ''
  let position: object | undefined
  const send = async (event: object) => {
    const response = await http.handle(
      new Request('https://bench.example/api/flows/bench/events', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'Sec-Fetch-Site': 'same-origin', Cookie: cookie },
        body: JSON.stringify({ opId: randomUUID(), position, event }),
      }),
    )
    if (!response.ok) throw new Error(await response.text())
    cookie ||= response.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    const { epoch, revision, mark } = (await response.json()).view
    position = { epoch, revision, mark }
  }
  await send(begin)
  // As an async function, so that its first call is waited for, too.
  return async () => send(hot)
}

type Row = { name: string; p50Micros: number; p99Micros: number }

async function report(tasks: readonly (readonly [name: string, run: () => unknown])[]): Promise<Row[]> {
  const bench = new Bench({ time: 1_000, warmupTime: 500 })
  for (const [name, run] of tasks) bench.add(name, run)
  await bench.run()
  return bench.tasks.map(({ name, result }) => {
    if (!('latency' in result)) throw 'error' in result ? result.error : new Error(`${name} did not run.`)
    const { p50, p99 } = result.latency
    console.log(`  ${name.padEnd(30)} ${us(p50 * 1_000)} µs, p99 ${us(p99 * 1_000)} µs`)
    return { name, p50Micros: p50 * 1_000, p99Micros: p99 * 1_000 }
  })
}

const us = (micros: number) => micros.toFixed(1).padStart(8)

const codec = msgpackCodec()
const session = played()
const shown = { ...session, flow }
const view = () => viewOf(shown, { secretHash: sender.secretHash })
const bytes = codec.encode(session.record)
const keys = `bench:${randomBytes(32).toString('base64url')}`
const sealed = createEngine({ store: memoryStore(), flows: [], keys }).codec
const place = { session: randomBytes(32).toString('base64url'), position: session.record }
const sealedBytes = sealed.encode(session.record, place) as Uint8Array
const contextBytes = JSON.stringify(session.live.context).length
console.log(`\nparts of a hot turn, ${contextBytes} bytes of context as JSON, a record of ${bytes.length} bytes`)
const parts = await report([
  ['machine step', () => step(flow.machine, session.live, hot)],
  ['validation of the hot event', () => validate(flow, hot)],
  ['validation of ten answers', () => validate(flow, begin)],
  ['turn', () => turn(session, hot)],
  ['view', view],
  ['view as JSON', () => JSON.stringify(view())],
  ['codec, write', () => codec.encode(session.record)],
  ['codec, read', () => codec.decode(bytes)],
  ['codec, write and seal', () => sealed.encode(session.record, place)],
  ['codec, open and read', () => sealed.decode(sealedBytes, place)],
  ['engine, memory store', await visitor(memoryStore())],
  ['engine, memory store, sealed', await visitor(memoryStore(), keys)],
  ['http, memory store', await browser(memoryStore())],
])

const service = await startRedis()
const client = new Redis(service.url, recommendedRedisOptions)
await once(client, 'ready')
try {
  const visit = await visitor(redisStore(client))
  const inRedis = await report([
    ['engine, Redis', visit],
    ['engine, Redis, sealed', await visitor(redisStore(client, { prefix: 'sealed' }), keys)],
  ])
  await client.config('RESETSTAT')
  for (let count = 0; count < 5_000; count++) await visit()
  console.log('\nin Redis, by command of a hot turn')
  const stats = await client.info('commandstats')
  const found = stats.matchAll(/^cmdstat_(\S+):calls=(\d+).*usec_per_call=([\d.]+)/gm)
  const commands = [...found]
    .filter(([, , calls]) => Number(calls) >= 5_000)
    .map(([, name = '', , perCall]) => ({ name, micros: Number(perCall) }))
  for (const { name, micros } of commands) console.log(`  ${name.padEnd(30)} ${us(micros)} µs a call`)
  keep('micro', { contextBytes, recordBytes: bytes.length, parts: [...parts, ...inRedis], commands })
} finally {
  client.disconnect()
  await service.stop()
}
