// A demo of one's own: both processes on free ports with a fresh data folder, to be killed and restarted at will.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPayments, startWeb } from '../../scripts/demo-app.mjs'
import { freePort } from '../../scripts/processes.mjs'
import { type Service, startRedis } from '../../scripts/services.mjs'

export type StoreKind = 'pglite' | 'redis'

export type Charge = { id: string; idempotencyKey: string; amount: number; token: string; at: string }

export type Demo = {
  /** Origin of the shop, such as `http://localhost:23456`. */
  url: string
  paymentsUrl: string
  /** Its data folder. */
  data: string
  /** The private Redis, if there is one; SIGSTOP and SIGCONT make it hang and come back. */
  redis: Service | undefined
  /** What the payment stand-in charged so far, oldest first. */
  charges(): Promise<Charge[]>
  /** The last lines both processes printed. */
  log(): string
  /** Ends the server at once, with SIGKILL, as a power cut would. */
  kill(): Promise<void>
  /** Starts a killed or stopped server again: same ports, same data. */
  start(): Promise<void>
  /** Ends the server politely, with SIGTERM, and starts it again. */
  restart(): Promise<void>
  /** Ends everything and deletes the data. */
  stop(): Promise<void>
}

/** Starts a demo that answers; `env` is set on top of what `npm run demo` sets. */
export async function startDemo({
  store = 'pglite',
  env = {},
}: {
  store?: StoreKind
  env?: Record<string, string>
} = {}): Promise<Demo> {
  const data = await mkdtemp(join(tmpdir(), 'dogear-e2e-'))
  const given = process.env.DOGEAR_TEST_REDIS_URL
  const redis = store === 'redis' && !given ? await startRedis() : undefined
  const lines: string[] = []
  const settings = {
    port: await freePort(),
    paymentsPort: await freePort(),
    data,
    env: {
      // What a developer exported must not decide which store a test runs on.
      REDIS_URL: store === 'redis' ? (redis?.url ?? given) : undefined,
      DATABASE_URL: undefined,
      DEMO_ORIGIN: undefined,
      DOGEAR_KEYS: undefined,
      PRICE_HOLD_MS: undefined,
      ...env,
    },
    onLine: (line: string) => {
      lines.push(line)
      if (lines.length > 200) lines.shift()
    },
  }
  const payments = await startPayments(settings)
  let web = await startWeb(settings)

  const start = async () => {
    web = await startWeb(settings)
  }
  return {
    url: `http://localhost:${settings.port}`,
    paymentsUrl: `http://localhost:${settings.paymentsPort}`,
    data,
    redis,
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
    start,
    restart: async () => {
      await web.stop()
      await start()
    },
    stop: async () => {
      await Promise.all([web.stop(), payments.stop()])
      await redis?.stop()
      await rm(data, { recursive: true, force: true })
    },
  }
}
