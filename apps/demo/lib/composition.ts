// What the shop is made of: reads the environment, creates the clients, and closes what it created. For the server and the CLI.

import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { createEngine, type Engine, memoryStore, type Store } from 'dogear'
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

export type Composition = {
  engine: Engine
  store: Store
  /** How long a process keeps what it claimed without a sign of life; undefined for the usual time. */
  leaseMs: number | undefined
  /** Lets running effects end, then disconnects. Whoever started a worker stops it first. */
  close(): Promise<void>
}

export function compose(): Composition {
  const { store, disconnect } = openStore()
  const leaseMs = env.DOGEAR_LEASE_MS ? Number(env.DOGEAR_LEASE_MS) : undefined
  const engine = createEngine({
    store,
    flows: [checkout],
    onError: report,
    ...(leaseMs === undefined ? {} : { leaseMs }),
  })
  return {
    engine,
    store,
    leaseMs,
    async close() {
      await engine.close()
      await disconnect()
    },
  }
}

function openStore(): { store: Store; disconnect: () => unknown } {
  // The build imports this module to look at its routes; it must not open services or the data folder.
  if (env.NEXT_PHASE === 'phase-production-build') return { store: memoryStore(), disconnect: () => {} }
  if (env.REDIS_URL) {
    const client = new Redis(env.REDIS_URL, recommendedRedisOptions)
    client.on('error', report)
    return { store: redisStore(client), disconnect: () => client.disconnect() }
  }
  if (env.DATABASE_URL) {
    const pool = new Pool({ connectionString: env.DATABASE_URL })
    pool.on('error', report)
    return { store: postgresStore(pool), disconnect: () => pool.end() }
  }
  const data = resolve(/* turbopackIgnore: true */ env.DOGEAR_DATA ?? '../../.dogear')
  mkdirSync(data, { recursive: true })
  const pglite = new PGlite(join(data, 'pglite'))
  return { store: postgresStore(pglite), disconnect: () => pglite.close() }
}

export function report(cause: unknown): void {
  // biome-ignore lint/suspicious/noConsole: a server's log is where failures belong, and this is where the log is chosen.
  console.error(cause)
}
