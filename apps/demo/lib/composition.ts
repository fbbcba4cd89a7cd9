// The composition root of the shop, for the server and the CLI: engine and clients, made from the environment.

import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { type Archive, createEngine, type Engine, memoryStore, type Store } from 'dogear'
import { postgresStore, recommendedPoolOptions } from 'dogear/postgres'
import { recommendedRedisOptions, redisStore, toClusterArguments } from 'dogear/redis'
import { Cluster, Redis } from 'ioredis'
import { Pool } from 'pg'
import { idleReminderMs } from '../flows/assistant/rules.ts'
import { checkout as sharedCheckout, usualHoldMs } from '../flows/checkout/flow.ts'
import { publicUrl } from './addresses.ts'
import { assistantUploads, beside } from './assistant/folder.ts'
import { createModel } from './assistant/model/model.ts'
import { provideAssistant } from './assistant/provide.ts'
import { chargeCardAt } from './charge-card.ts'
import { dataFolder } from './data-folder.ts'
import { serverKeys } from './keys.ts'
import { log, note, report, storeClosed } from './log.ts'
import { returnLinkOf } from './return-link.ts'
import { provideApplication } from './uploads/documents.ts'

const { env } = process
const port = Number(env.PORT ?? 3000)
const paymentsPort = Number(env.PAYMENTS_PORT ?? port + 1)

// For demonstrations: the time for which a session is kept after the last answer.
const shortened = env.SESSION_IDLE_MS ? { lifetime: { idle: Number(env.SESSION_IDLE_MS) } } : {}

export const priceHoldMs: number = Number(env.PRICE_HOLD_MS ?? usualHoldMs)

/** The checkout as pages know it, with the length of the price hold; the charge is the engine's. */
export const checkout = sharedCheckout.provide({ delays: { priceHold: priceHoldMs }, ...shortened })

/** The application with what only the server has: the sending. */
export const application = provideApplication(shortened)

/** The stand-in beside this server, unless another model is named. */
const model = createModel({
  url: env.ASSISTANT_URL ?? `http://127.0.0.1:${env.ASSISTANT_PORT ?? port + 2}/v1`,
  key: env.ASSISTANT_KEY ?? 'none',
  model: env.ASSISTANT_MODEL ?? 'extract-1',
})

/** The assistant with what only the server has: its documents, its model, the time after which it offers to go on. */
export const assistant = provideAssistant({ uploads: assistantUploads, beside, note }, model, {
  ...shortened,
  delays: { idleReminder: Number(env.IDLE_REMINDER_MS ?? idleReminderMs) },
})

/** For demonstrations: the time after which the work of a silent process is taken over. */
export const lease: { leaseMs?: number } = env.DOGEAR_LEASE_MS ? { leaseMs: Number(env.DOGEAR_LEASE_MS) } : {}

/** `DOGEAR_SEALING=off`, for demonstrations: what the store holds can be read. */
const sealing = env.DOGEAR_SEALING === 'off' ? 'off' : 'on'

export type Composition = {
  engine: Engine
  /** The Redis of the sessions, which counts for all processes; undefined if they are kept elsewhere. */
  redis: object | undefined
  /** Where accounts are kept: the store's own Postgres, or an embedded one, made when it is first asked for. */
  database(): Pool | PGlite
  /** Lets running effects end, then disconnects. A worker has to be stopped first. */
  close(): Promise<void>
}

export function compose(): Composition {
  const opened = openStore()
  return composed(engineOn(opened), opened)
}

export function engineOn({ store, archive }: Pick<Opened, 'store' | 'archive'>): Engine {
  // A charge makes links into its own order, so it asks the engine that runs it, once that is there.
  const chargeCard = chargeCardAt(
    paymentsPort,
    returnLinkOf(() => engine),
  )
  const flows = [checkout.provide({ actors: { chargeCard } }), application, assistant]
  const engine: Engine = createEngine({
    ...{ store, flows, keys: serverKeys(), sealing, log, handoffUrl: `${publicUrl}/handoff` },
    ...(archive && { archive }),
    ...lease,
  })
  return engine
}

export function composed(engine: Engine, { database, disconnect, redis }: Opened): Composition {
  return {
    engine,
    redis,
    database,
    async close() {
      await engine.close()
      storeClosed()
      await disconnect()
    },
  }
}

export type Opened = {
  store: Store
  redis?: object
  /** With both services, Postgres keeps what Redis may lose. */
  archive?: Archive
  database: () => Pool | PGlite
  disconnect: () => unknown
}

export function openStore(): Opened {
  // The build imports this module to look at its routes; it must not open services or the data folder.
  if (env.NEXT_PHASE === 'phase-production-build')
    return { store: memoryStore(), database: () => new PGlite(), disconnect: () => {} }
  if (env.REDIS_URL) {
    const cluster = toClusterArguments(env.REDIS_URL)
    const client = cluster ? new Cluster(...cluster) : new Redis(env.REDIS_URL, recommendedRedisOptions)
    client.on('error', report)
    const store = redisStore(client)
    if (env.DATABASE_URL) {
      const pool = openPool(env.DATABASE_URL)
      const disconnect = async () => {
        client.disconnect()
        await pool.end()
      }
      return { store, redis: client, archive: postgresStore(pool), database: () => pool, disconnect }
    }
    let beside: PGlite | undefined
    return {
      store,
      redis: client,
      database: () => {
        beside ??= openEmbedded('accounts')
        return beside
      },
      disconnect: async () => {
        client.disconnect()
        await beside?.close()
      },
    }
  }
  if (env.DATABASE_URL) {
    const pool = openPool(env.DATABASE_URL)
    return { store: postgresStore(pool), database: () => pool, disconnect: () => pool.end() }
  }
  const pglite = openEmbedded('pglite')
  return { store: postgresStore(pglite), database: () => pglite, disconnect: () => pglite.close() }
}

function openPool(connectionString: string): Pool {
  const pool = new Pool({ connectionString, ...recommendedPoolOptions })
  pool.on('error', report)
  return pool
}

// PGlite takes the 128 MB of a server's buffers, and never gives back what it took to make a database.
const smallBuffers = ['-c', 'shared_buffers=8MB']
const makeDatabase = `
  import { PGlite } from '@electric-sql/pglite'
  const made = await PGlite.create(process.argv[1])
  await made.close()`

function openEmbedded(name: string): PGlite {
  const folder = join(dataFolder(), name)
  mkdirSync(dataFolder(), { recursive: true })
  if (!existsSync(join(folder, 'PG_VERSION')))
    execFileSync(process.execPath, ['--input-type=module', '--eval', makeDatabase, folder], { stdio: 'inherit' })
  return new PGlite(folder, { startParams: [...PGlite.defaultStartParams, ...smallBuffers] })
}
