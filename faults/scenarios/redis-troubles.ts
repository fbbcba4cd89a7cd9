// A Redis in every kind of trouble, one after the other, while people shop: what it refuses is tried again, and no more.

import { mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import type { Violation } from '../history.ts'
import type { Journal } from '../journal.ts'
import type { Lab } from '../lab.ts'
import type { Finding } from '../report.ts'
import { crowd, pause, type Span } from './crowd.ts'

/** `unnoticed`: no request may fail for it. `begin` resolves to what ends it. */
type Trouble = { unnoticed?: true; begin(admin: Redis, lab: Lab, ms: number): Promise<() => Promise<unknown>> }

const set = (name: string, bad: string | number, good: string | number): Trouble => ({
  async begin(admin) {
    await admin.config('SET', name, bad)
    return () => admin.config('SET', name, good)
  },
})

const folderOf = async (admin: Redis): Promise<string> => String(((await admin.config('GET', 'dir')) as string[])[1])

/** The bytes of the log so far. */
async function logged(folder: string): Promise<number> {
  return (await stat(join(folder, 'appendonlydir', 'appendonly.aof.1.incr.aof'))).size
}

export const troubles = {
  'scripts forgotten all the time': {
    unnoticed: true,
    async begin(admin) {
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
    async begin(admin) {
      await admin.call('CLIENT', 'KILL', 'TYPE', 'normal')
      return async () => {}
    },
  },
  'a script that does not end (BUSY)': {
    async begin(admin, { redis }) {
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
    async begin(admin, _, ms) {
      await admin.client('PAUSE', ms, 'WRITE')
      return async () => {}
    },
  },
  'everything paused': {
    async begin(admin, _, ms) {
      await admin.client('PAUSE', ms, 'ALL')
      return async () => {}
    },
  },
  asleep: {
    async begin(admin, _, ms) {
      await admin.call('DEBUG', 'SLEEP', ms / 1_000)
      return async () => {}
    },
  },
  'memory full, noeviction (OOM)': set('maxmemory', 1, 0),
  'too few replicas (NOREPLICAS)': set('min-replicas-to-write', 1, 0),
  'demoted (READONLY)': {
    async begin(admin) {
      await admin.replicaof('127.0.0.1', 1)
      return () => admin.replicaof('NO', 'ONE')
    },
  },
  'permissions taken away (NOPERM)': {
    async begin(admin) {
      await admin.acl('SETUSER', 'default', '-evalsha', '-eval', '-zadd')
      return () => admin.acl('SETUSER', 'default', '+@all')
    },
  },
  'a password asked for (NOAUTH)': {
    async begin(admin) {
      await admin.config('SET', 'requirepass', 'canary')
      await admin.call('CLIENT', 'KILL', 'TYPE', 'normal')
      return () => admin.config('SET', 'requirepass', '')
    },
  },
  'a snapshot that cannot be written (MISCONF)': {
    async begin(admin) {
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
    async begin(admin, { redis }) {
      await redis.limitFiles(await logged(await folderOf(admin)))
      return () => redis.limitFiles()
    },
  },
} satisfies Record<string, Trouble>

type Name = keyof typeof troubles
const names = Object.keys(troubles) as Name[]

type Had = { name: Name; from: number; to: number }

/** Every kind for `eachMs`, in an order of the seed, so many `rounds` (1). */
export async function redisTroubles({
  rounds = 1,
  eachMs = 700,
  ...options
}: Span & { rounds?: number; eachMs?: number }): Promise<Finding> {
  const had: Had[] = []
  let journal: Journal = { operations: [], reads: [] }
  const finding = await crowd({
    fault: 'Redis in trouble, of 13 kinds',
    // A call is tried for two seconds, a request has three.
    settlesWithinMs: 6_000,
    holdMs: 60_000,
    ...options,
    async disturb({ lab, random, over, ...scene }) {
      journal = scene.journal
      const admin = new Redis(lab.redis.port, '127.0.0.1', { protocol: 2 }).on('error', () => {})
      try {
        for (let round = 0; round < rounds; round++) {
          for (const name of random.shuffled(names)) {
            await pause(eachMs, over)
            const from = performance.now()
            const end = await (troubles[name] as Trouble).begin(admin, lab, eachMs)
            await pause(eachMs, over)
            await end()
            had.push({ name, from, to: performance.now() })
          }
        }
        await pause(eachMs, over)
      } finally {
        admin.disconnect()
      }
      return had.length
    },
  })
  const told = had.map((one) => ({ ...one, ...answersDuring(journal, one) }))
  const noticed = told
    .filter(({ name, failed }) => (troubles[name] as Trouble).unnoticed && failed > 0)
    .map(({ name, failed }): Violation => ({ rule: 'noticed', session: '', detail: `${name}: ${failed} failed` }))
  const words = told.map(({ name, putOff, all }) => `${name} ${putOff} of ${all}`)
  return {
    ...finding,
    violations: [...finding.violations, ...noticed],
    notes: [...(finding.notes ?? []), `requests put off: ${words.join('; ')}`],
  }
}

/** Requests sent during a trouble, those of them that had to be sent again, and those that failed before its end. */
function answersDuring({ operations, reads }: Journal, { from, to }: Had) {
  const sent = operations
    .flatMap(({ attempts }) => attempts)
    .concat(reads)
    .filter(({ sentAt }) => sentAt > from && sentAt < to)
  const putOff = sent.filter(({ answer }) => answer.kind === 'unknown')
  return { all: sent.length, putOff: putOff.length, failed: putOff.filter(({ answeredAt }) => answeredAt < to).length }
}
