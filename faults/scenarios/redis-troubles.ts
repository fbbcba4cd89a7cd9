// A Redis in every kind of trouble: what it refuses is tried again, and no more.

import { mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import type { RedisServer } from '../redis-server.ts'
import type { Finding } from '../report.ts'
import { type InTurnOptions, inTurn, type Trouble } from './in-turn.ts'

export function redisTroubles(options: InTurnOptions): Promise<Finding> {
  return inTurn({
    fault: 'Redis in trouble, of 13 kinds',
    ...options,
    async open({ redis }) {
      const admin = new Redis(redis.port, '127.0.0.1', { protocol: 2 }).on('error', () => {})
      return { kinds: troublesOf(redis, admin), close: () => admin.disconnect() }
    },
  })
}

const nothing = (): void => {}

const folderOf = async (admin: Redis): Promise<string> => String(((await admin.config('GET', 'dir')) as string[])[1])

/** The bytes of the log so far. */
async function logged(folder: string): Promise<number> {
  return (await stat(join(folder, 'appendonlydir', 'appendonly.aof.1.incr.aof'))).size
}

function troublesOf(redis: RedisServer, admin: Redis): Record<string, Trouble> {
  const set = (name: string, bad: string | number, good: string | number): Trouble => ({
    async begin() {
      await admin.config('SET', name, bad)
      return () => admin.config('SET', name, good)
    },
  })
  return {
    'scripts forgotten all the time': {
      unnoticed: true,
      async begin() {
        const over = new AbortController()
        const flushing = (async () => {
          for (; !over.signal.aborted; await sleep(5)) await admin.script('FLUSH')
        })()
        return () => {
          over.abort()
          return flushing
        }
      },
    },
    'every connection killed': {
      async begin() {
        await admin.call('CLIENT', 'KILL', 'TYPE', 'normal')
        return nothing
      },
    },
    'a script that does not end (BUSY)': {
      async begin() {
        await admin.config('SET', 'busy-reply-threshold', 20)
        const loop = new Redis(redis.port, '127.0.0.1')
        const ended = loop.eval('while true do end', 0).catch(() => {})
        return async () => {
          while (!(await admin.script('KILL').catch(() => false))) await sleep(10)
          await ended
          loop.disconnect()
        }
      },
    },
    'writes paused': {
      async begin(ms) {
        await admin.client('PAUSE', ms, 'WRITE')
        return nothing
      },
    },
    'everything paused': {
      async begin(ms) {
        await admin.client('PAUSE', ms, 'ALL')
        return nothing
      },
    },
    asleep: {
      async begin(ms) {
        await admin.call('DEBUG', 'SLEEP', ms / 1_000)
        return nothing
      },
    },
    'memory full, noeviction (OOM)': set('maxmemory', 1, 0),
    'too few replicas (NOREPLICAS)': set('min-replicas-to-write', 1, 0),
    'demoted (READONLY)': {
      async begin() {
        await admin.replicaof('127.0.0.1', 1)
        return () => admin.replicaof('NO', 'ONE')
      },
    },
    'permissions taken away (NOPERM)': {
      async begin() {
        await admin.acl('SETUSER', 'default', '-evalsha', '-eval', '-zadd')
        return () => admin.acl('SETUSER', 'default', '+@all')
      },
    },
    'a password asked for (NOAUTH)': {
      async begin() {
        await admin.config('SET', 'requirepass', 'canary')
        await admin.call('CLIENT', 'KILL', 'TYPE', 'normal')
        return () => admin.config('SET', 'requirepass', '')
      },
    },
    'a snapshot that cannot be written (MISCONF)': {
      async begin() {
        const inTheWay = join(await folderOf(admin), 'dump.rdb')
        await mkdir(join(inTheWay, 'in the way'), { recursive: true })
        await admin.config('SET', 'save', '3600 1')
        await admin.bgsave()
        return async () => {
          await admin.config('SET', 'save', '')
          await rm(inTheWay, { recursive: true })
        }
      },
    },
    'a log that cannot be written, the disk full (MISCONF)': {
      async begin() {
        await redis.limitFiles(await logged(await folderOf(admin)))
        return () => redis.limitFiles()
      },
    },
  }
}
