// One process under test: the checkout over HTTP on a real Redis, or a worker of it. Its environment says which.

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createEngine, fromEffect, type Store, startWorker } from 'dogear'
import { createHttp, type Http } from 'dogear/http'
import { createNodeListener } from 'dogear/node'
import { type PostgresStore, postgresStore, recommendedPoolOptions } from 'dogear/postgres'
import { recommendedRedisOptions, redisStore, toClusterArguments } from 'dogear/redis'
import { Cluster, Redis } from 'ioredis'
import pg from 'pg'
import { crashesAt, crashingFetch, crashingStore } from './crash-points.ts'
import { type Charge, type ChargeInput, charge, type FlowName, flows } from './flow.ts'
import { astray } from './foreign-code.ts'

const { env } = process
const number = (name: string, otherwise: number) => Number(env[name] ?? otherwise)

const hit = crashesAt(env.CRASH_AT ?? '')
if (env.CRASH_AT) globalThis.fetch = crashingFetch(fetch, hit)

const foreign = astray(flows[(env.FLOW ?? 'checkout') as FlowName], {
  seed: number('ASTRAY_SEED', 1),
  rate: number('ASTRAY', 0),
  failed: () => console.log('astray'),
})

const archive = env.DATABASE_URL ? onPostgres(env.DATABASE_URL) : undefined
const driver = env.REDIS_URL ? onRedis(env.REDIS_URL) : archive
if (!driver) throw new TypeError('REDIS_URL or DATABASE_URL has to be set')
const store = foreign.store(crashingStore(driver, hit))
const leaseMs = number('LEASE_MS', 15_000)
setClock(number('CLOCK_SKEW_MS', 0), number('CLOCK_STEP_EVERY_MS', 0))
blockEvery(number('BLOCK_EVERY_MS', 0), number('BLOCK_MS', 0), number('BLOCK_AT_MS', 0))
const paymentsPort = number('PAYMENTS_PORT', 0)
const chargeCard = fromEffect<Charge, ChargeInput>(({ input, effectId, signal }) =>
  charge(paymentsPort, { key: effectId, input, signal }),
)
const engine = createEngine({
  store,
  ...(archive && env.REDIS_URL && { archive }),
  flows: [
    foreign.flow.provide({
      actors: { chargeCard },
      delays: { priceHold: foreign.hook(() => number('PRICE_HOLD_MS', 900_000)) },
    }),
  ],
  effectWaitMs: number('EFFECT_WAIT_MS', 2_000),
  leaseMs,
  onEmit: foreign.hook(() => {}, true),
  onError: foreign.hook(report, true),
})

if (env.WORKER) {
  startWorker({ engine, leaseMs, idleMs: number('IDLE_MS', 100), onError: foreign.hook(report, true) })
  console.log('ready 0')
} else {
  const identify = env.ASTRAY ? { identify: foreign.hook(() => null), keys: [env.KEY ?? ''] } : {}
  const http = createHttp({ engine, insecureOnLocalhost: true, onError: foreign.hook(report, true), ...identify })
  const answer: Http['answer'] = async (request) => {
    const given = await http.answer(request)
    if (/"step":"(confirmed|declined)"/.test(String(given.body))) hit('after-result-before-reply')
    return given
  }
  const server = createServer(createNodeListener({ ...http, answer }))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  console.log(`ready ${(server.address() as AddressInfo).port}`)
}

function onRedis(url: string): Store {
  const cluster = toClusterArguments(url)
  const client = cluster ? new Cluster(...cluster) : new Redis(url, recommendedRedisOptions)
  client.on('error', () => {})
  return redisStore(client, { prefix: env.PREFIX ?? 'dogear' })
}

function onPostgres(connectionString: string): PostgresStore {
  const pool = new pg.Pool({ connectionString, ...recommendedPoolOptions })
  pool.on('error', () => {})
  return postgresStore(pool, { schema: env.SCHEMA ?? 'dogear' })
}

/** Makes the clock of this process wrong, as somebody may who sets it: by `skewMs`, and by other hours now and then. */
function setClock(skewMs: number, stepEveryMs: number): void {
  const right = Date.now
  const hours = [1, -1, 0, 25, -0.4, 0.02]
  let wrongMs = skewMs
  let count = 0
  Date.now = () => right() + wrongMs
  if (stepEveryMs === 0) return
  const step = () => {
    wrongMs = skewMs + (hours[count++ % hours.length] ?? 0) * 3_600_000
  }
  setInterval(step, stepEveryMs).unref()
}

/** Computes without a pause for `forMs` at `atMs` of every `everyMs` of the clock, as slow code would. */
function blockEvery(everyMs: number, forMs: number, atMs: number): void {
  if (everyMs === 0) return
  const block = () => {
    const until = performance.now() + forMs
    while (performance.now() < until);
    plan()
  }
  const plan = () => void setTimeout(block, everyMs - ((Date.now() - atMs) % everyMs)).unref()
  plan()
}

function report(cause: unknown): void {
  if (env.VERBOSE) console.error(cause)
}
