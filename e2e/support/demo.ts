// Starts a demo for tests: its processes on free ports with a fresh data folder, to be killed and restarted at will.
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPayments, startWeb } from '../../scripts/demo-app.mjs'
import { freePort } from '../../scripts/processes.mjs'
import { type AssistantStandIn, assistantStandIn } from './assistant-stand-in.ts'
import { cleared } from './cleared.ts'
import { copyEmptyStore } from './empty-store.ts'
import { type OwnRedis, startOwnRedis } from './own-redis.ts'

export type StoreKind = 'pglite' | 'redis'

export type Charge = { id: string; idempotencyKey: string; amount: number; token: string; at: string }

export type Demo = {
  /** Origin of the shop, such as `http://localhost:23456`. */
  url: string
  paymentsUrl: string
  /** The folder of everything that survives a restart. */
  data: string
  /** The private Redis of a demo that started one. */
  redis: OwnRedis
  /** The charges of the payment stand-in, oldest first. */
  charges(): Promise<Charge[]>
  /** The model's stand-in, of a demo that asked for it. */
  assistant: AssistantStandIn
  /** Everything the processes printed. */
  log(): string
  /** Ends the server at once, with SIGKILL, as a power cut would. */
  kill(): Promise<void>
  /** Ends the server politely, with SIGTERM. */
  end(): Promise<void>
  /** Starts a killed or ended server again: same ports, same data. */
  start(): Promise<void>
  payments: {
    /** Ends the payment stand-in. */
    end(): Promise<void>
    /** Starts it again with the same ledger; it holds nothing back. */
    start(): Promise<void>
    /** Keeps slow answers and messages back, until they are released or the stand-in ends. */
    hold(): Promise<void>
    release(): Promise<void>
  }
  /** Ends everything and deletes the data. */
  stop(): Promise<void>
}

export type DemoOptions = {
  /** `redis` where none is named, so that the server opens no database in its own process. */
  store?: StoreKind
  /** Starts the model's stand-in, too. */
  assistant?: boolean
  /** Added to the environment that `npm run demo` sets. */
  env?: Record<string, string>
  /** The tests that share this demo, where it is not for all: they run one after the other, and leave it running. */
  of?: string
}

// A demo with a stand-in is told where that is.
const { ASSISTANT_PORT: _, ASSISTANT_URL: __, ...others } = cleared

/** The environment of a demo whose store can be searched for what it must never hold, sealed or not. */
export const unsealed = { DOGEAR_SEALING: 'off' }

/** Starts a demo that answers. */
export async function startDemo({ store = 'redis', env = {}, assistant = false }: DemoOptions = {}): Promise<Demo> {
  const data = await mkdtemp(join(tmpdir(), 'dogear-e2e-'))
  const redisFolder = join(data, 'redis')
  await mkdir(redisFolder)
  const redis = store === 'redis' && !env.REDIS_URL ? await startOwnRedis(redisFolder) : undefined
  // The database of the accounts, which is the store's too where there is no Redis.
  await copyEmptyStore(join(data, store === 'redis' ? 'accounts' : 'pglite'))
  const lines: string[] = []
  const settings = {
    port: await freePort(),
    paymentsPort: await freePort(),
    ...(assistant && { assistantPort: await freePort() }),
    data,
    env: {
      ...(assistant ? others : cleared),
      REDIS_URL: redis?.url,
      ...env,
    },
    onLine: (line: string) => {
      lines.push(line)
    },
  }
  let [payments, web, model] = await Promise.all([
    startPayments(settings),
    startWeb(settings),
    assistant ? assistantStandIn(settings) : undefined,
  ])
  let held = false
  const order = async (name: 'hold' | 'release') => {
    const { ok } = await fetch(`http://localhost:${settings.paymentsPort}/control/${name}`, { method: 'POST' })
    if (!ok) throw new Error(`The payment stand-in does not ${name}.`)
  }
  return {
    url: `http://localhost:${settings.port}`,
    paymentsUrl: `http://localhost:${settings.paymentsPort}`,
    data,
    get redis() {
      if (!redis) throw new Error('This demo does not run on Redis.')
      return redis
    },
    get assistant() {
      if (!model) throw new Error('This demo has no model: ask for it with `assistant: true`.')
      return model
    },
    charges: async () => {
      const text = await readFile(join(data, 'payments.ndjson'), 'utf8')
      return text
        .split('\n')
        .filter(Boolean)
        .map((line): Charge => JSON.parse(line))
    },
    log: () => lines.join('\n'),
    kill: async () => {
      web.kill('SIGKILL')
      await web.exited
    },
    end: () => web.stop(),
    start: async () => {
      web = await startWeb(settings)
    },
    payments: {
      end: () => {
        held = false
        return payments.stop()
      },
      hold: async () => {
        held = true
        await order('hold')
      },
      release: async () => {
        if (held) await order('release')
        held = false
      },
      start: async () => {
        payments = await startPayments(settings)
      },
    },
    stop: async () => {
      await redis?.resume()
      // A polite end would wait for idle connections of the browser; data that is thrown away needs none.
      web.kill('SIGKILL')
      await Promise.all([web.exited, payments.stop(), model?.end()])
      await redis?.stop()
      await rm(data, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
