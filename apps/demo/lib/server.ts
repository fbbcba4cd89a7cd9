// The composition root: the only place that reads the environment and creates clients; everything else is handed over.

import 'server-only'
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { createEngine, memoryStore, type Store } from 'dogear'
import { createHttp, type Http } from 'dogear/http'
import { singleton } from 'dogear/next'
import { postgresStore } from 'dogear/postgres'
import { recommendedRedisOptions, redisStore } from 'dogear/redis'
import { Redis } from 'ioredis'
import { Pool } from 'pg'
import { checkout as sharedCheckout } from '../flows/checkout.ts'
import { chargeCardAt } from './charge-card.ts'

const { env } = process
const port = Number(env.PORT ?? 3000)
const paymentsPort = Number(env.PAYMENTS_PORT ?? port + 1)

/** The checkout with what only the server has: the real charge, and how long prices are held. */
export const checkout = sharedCheckout.provide({
  actors: { chargeCard: chargeCardAt(paymentsPort) },
  delays: env.PRICE_HOLD_MS ? { priceHold: Number(env.PRICE_HOLD_MS) } : {},
})

/** One per process; a reload of this module in development finds the one that is there. */
export const http: Http = singleton('demo', () => {
  const engine = createEngine({ store: createStore(), flows: [checkout], onError: report })
  return createHttp({
    engine,
    origins: env.DEMO_ORIGIN?.split(',').map((origin) => origin.trim()) ?? [],
    insecureOnLocalhost: env.DOGEAR_INSECURE_LOCALHOST === '1',
    production: env.NODE_ENV === 'production',
    onError: report,
  })
})

function createStore(): Store {
  // The build imports this module to look at its routes; it must not open services or the data folder.
  if (env.NEXT_PHASE === 'phase-production-build') return memoryStore()
  if (env.REDIS_URL) {
    const client = new Redis(env.REDIS_URL, recommendedRedisOptions)
    client.on('error', report)
    return redisStore(client)
  }
  if (env.DATABASE_URL) {
    const pool = new Pool({ connectionString: env.DATABASE_URL })
    pool.on('error', report)
    return postgresStore(pool)
  }
  const data = resolve(/* turbopackIgnore: true */ env.DOGEAR_DATA ?? '../../.dogear')
  mkdirSync(data, { recursive: true })
  return postgresStore(new PGlite(join(data, 'pglite')))
}

function report(cause: unknown): void {
  // biome-ignore lint/suspicious/noConsole: a server's log is where failures belong, and this is where the log is chosen.
  console.error(cause)
}
