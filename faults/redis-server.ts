// A Redis in a folder of its own that logs every write, can be killed, and comes back from its log.

import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { promisify } from 'node:util'
import { freePort, type Leashed, leash, startUntil } from '../scripts/processes.mjs'
import { clusterSettings } from '../scripts/redis-cluster.mjs'
import { findRedis } from '../scripts/tools.mjs'
import { cutTail, readLives, readWritten, type Written } from './append-only-file.ts'

/** Redis's `appendfsync`. With `everysec` it may answer before it writes its log, and lose those writes in a kill. */
export type Fsync = 'always' | 'everysec' | 'no'

export type RedisServer = {
  port: number
  start(): Promise<void>
  kill(): Promise<void>
  signal(name: NodeJS.Signals): void
  /** Lets no file of it grow beyond so many bytes, as a full disk would; without a number, as far as it likes. */
  limitFiles(bytes?: number): Promise<void>
  stop(): Promise<void>
  /** Every version in its log, in the order of the writes. */
  written(prefix?: string): Promise<Written[]>
  /** How often it has lost each session of its log: it was emptied, or has evicted it. */
  lives(): Promise<Map<string, number>>
  /** Takes the last writes out of its log, while it is down. Resolves to the versions that are gone. */
  cutTail(writes: number): Promise<Written[]>
}

export type RedisServerOptions = {
  fsync: Fsync
  /** It copies all that is written there, asynchronously. */
  primaryPort?: number
  /** The port at which nodes of a cluster speak to each other, if it is to be one. */
  busPort?: number
  /** Settings beyond these. */
  more?: Readonly<Record<string, string | number>>
}

/** A write beyond the limit of a file fails, where it would end the process. */
const undying = `trap '' XFSZ; exec "$0" "$@"`

/** Starts one. */
export async function startRedisServer(
  folder: string,
  { fsync, primaryPort, busPort, more }: RedisServerOptions,
): Promise<RedisServer> {
  await mkdir(folder, { recursive: true })
  const port = await freePort()
  const settings = {
    port,
    bind: '127.0.0.1',
    dir: folder,
    save: '',
    appendonly: 'yes',
    appendfsync: fsync,
    'auto-aof-rewrite-percentage': 0,
    'repl-diskless-sync-delay': 0,
    // A replica that needs another full copy begins its log anew, and the versions before are in no log.
    'repl-backlog-size': '512mb',
    'enable-debug-command': 'local',
    ...(primaryPort && { replicaof: `127.0.0.1 ${primaryPort}` }),
    ...(busPort && clusterSettings({ busPort, nodeTimeoutMs: 2_000 })),
    ...more,
  }
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, ...String(value).split(' ')])
  const binary = findRedis() ?? 'redis-server'
  let process: Leashed | undefined
  const start = async () => {
    process = await startUntil((onLine) => leash('sh', ['-c', undying, binary, ...args], { cwd: folder, onLine }), {
      name: 'redis-server',
      // A replica begins its log anew once it has the copy.
      ready: primaryPort ? /Background AOF rewrite finished successfully/ : /ready to accept connections/i,
    })
  }
  await start()
  return {
    port,
    start,
    async kill() {
      process?.kill('SIGKILL')
      await process?.exited
    },
    signal: (name) => process?.kill(name),
    async limitFiles(bytes) {
      await promisify(execFile)('prlimit', [`--pid=${process?.pid}`, `--fsize=${bytes ?? 'unlimited'}:`])
    },
    stop: async () => process?.stop(),
    written: (prefix) => readWritten(folder, prefix),
    lives: () => readLives(folder),
    cutTail: (writes) => cutTail(folder, writes),
  }
}
