// The services of one scenario: a Redis that logs every write, the payment provider with its ledger, and a folder for
// both.

import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Charge } from '../apps/payments/src/ledger.ts'
import { root } from '../scripts/bootstrap.mjs'
import { bundled } from '../scripts/bundled.mjs'
import { freePort, leash, startUntil } from '../scripts/processes.mjs'
import type { Written } from './append-only-file.ts'
import { type RedisCluster, startRedisCluster } from './redis-cluster.ts'
import { type Fsync, type RedisServer, startRedisServer } from './redis-server.ts'

export type Lab = {
  redis: RedisServer
  paymentsPort: number
  /** One more Redis, a copy of the one on `primaryPort`. */
  replicaOf(primaryPort: number): Promise<RedisServer>
  /** Three primaries with a replica each, beside the one Redis. */
  cluster(): Promise<RedisCluster>
  written(prefix?: string): Promise<Written[]>
  ledger(): Promise<Charge[]>
  /** Ends all and deletes the folder. */
  close(): Promise<void>
}

/** Starts both. The log of Redis is complete after a kill, but not after a loss of power. */
export async function openLab({ fsync = 'everysec' }: { fsync?: Fsync } = {}): Promise<Lab> {
  const folder = await mkdtemp(join(tmpdir(), 'dogear-faults-'))
  const paymentsPort = await freePort()
  const redis = await startRedisServer(folder, { fsync })
  const replicas: RedisServer[] = []
  let cluster: RedisCluster | undefined
  const env = { ...process.env, PAYMENTS_PORT: `${paymentsPort}`, DOGEAR_DATA: folder }
  const payments = await startUntil(
    (onLine) =>
      leash(process.execPath, [bundled(join(root, 'apps/payments/src/main.ts'))], {
        cwd: root,
        env,
        onLine,
        removeAfter: folder,
      }),
    { name: 'apps/payments', ready: /listening on/ },
  )
  return {
    redis,
    paymentsPort,
    async replicaOf(primaryPort) {
      const replica = await startRedisServer(join(folder, `replica-${replicas.length}`), { fsync, primaryPort })
      replicas.push(replica)
      return replica
    },
    async cluster() {
      cluster = await startRedisCluster(join(folder, 'cluster'))
      return cluster
    },
    written: redis.written,
    async ledger() {
      const lines = await readFile(join(folder, 'payments.ndjson'), 'utf8')
      return lines
        .split('\n')
        .filter(Boolean)
        .map((line): Charge => JSON.parse(line))
    },
    async close() {
      await Promise.all([redis, ...replicas, ...(cluster?.servers ?? [])].map((server) => server.stop()))
      await payments.stop()
    },
  }
}
