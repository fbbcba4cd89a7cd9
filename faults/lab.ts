// The services of one scenario: a Redis that logs every write, the payment provider with its ledger, and a folder for
// both.

import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Charge } from '../apps/payments/src/ledger.ts'
import { root } from '../scripts/bootstrap.mjs'
import { freePort, type Leashed, leash, startUntil } from '../scripts/processes.mjs'
import { findRedis } from '../scripts/tools.mjs'
import { cutTail, readWritten, type Written } from './append-only-file.ts'

export type Lab = {
  redis: {
    port: number
    start(): Promise<void>
    kill(): Promise<void>
    signal(name: NodeJS.Signals): void
    /** Takes the last writes out of its log, while it is down. */
    cutTail(writes: number): Promise<void>
  }
  paymentsPort: number
  written(prefix?: string): Promise<Written[]>
  ledger(): Promise<Charge[]>
  /** Ends both and deletes the folder. */
  close(): Promise<void>
}

/**
 * Starts both. `fsync` is Redis's `appendfsync`; either way the log is complete after a kill, but not after a loss of
 * power.
 */
export async function openLab({ fsync = 'everysec' }: { fsync?: 'always' | 'everysec' } = {}): Promise<Lab> {
  const folder = await mkdtemp(join(tmpdir(), 'dogear-faults-'))
  const [redisPort, paymentsPort] = [await freePort(), await freePort()]
  let redis: Leashed | undefined

  async function startRedis(): Promise<void> {
    const settings = {
      port: redisPort,
      bind: '127.0.0.1',
      dir: folder,
      save: '',
      appendonly: 'yes',
      appendfsync: fsync,
      'auto-aof-rewrite-percentage': 0,
    }
    const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)])
    const binary = findRedis() ?? 'redis-server'
    redis = await startUntil((onLine) => leash(binary, args, { cwd: folder, onLine }), {
      name: 'redis-server',
      ready: /ready to accept connections/i,
    })
  }

  await startRedis()
  const env = { ...process.env, PAYMENTS_PORT: `${paymentsPort}`, DOGEAR_DATA: folder }
  const payments = await startUntil(
    (onLine) =>
      leash(process.execPath, ['--import', 'tsx', join(root, 'apps/payments/src/main.ts')], {
        cwd: root,
        env,
        onLine,
        removeAfter: folder,
      }),
    { name: 'apps/payments', ready: /listening on/ },
  )
  return {
    redis: {
      port: redisPort,
      start: startRedis,
      async kill() {
        redis?.kill('SIGKILL')
        await redis?.exited
      },
      signal: (name) => redis?.kill(name),
      cutTail: (writes) => cutTail(folder, writes),
    },
    paymentsPort,
    written: (prefix) => readWritten(folder, prefix),
    async ledger() {
      const lines = await readFile(join(folder, 'payments.ndjson'), 'utf8')
      return lines
        .split('\n')
        .filter(Boolean)
        .map((line): Charge => JSON.parse(line))
    },
    async close() {
      await redis?.stop()
      await payments.stop()
    },
  }
}
