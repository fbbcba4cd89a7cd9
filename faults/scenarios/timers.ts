// Very many timers due at the same time while workers are killed: each goes off once, none early, and how late they
// are.

import { redisStore } from 'dogear/redis'
import { Redis } from 'ioredis'
import { redisKeys } from '../../packages/dogear/src/redis/keys.ts'
import { type Fleet, startFleet } from '../fleet.ts'
import type { Journal } from '../journal.ts'
import { judge } from '../judge.ts'
import { openLab } from '../lab.ts'
import { createRandom } from '../random.ts'
import { type Finding, percentile } from '../report.ts'
import { armed, holdMs } from './armed.ts'
import { pause, type Say } from './crowd.ts'
import { lateness } from './lateness.ts'

export type TimersOptions = { seed: number; timers: number; say: Say; windowMs?: number; workers?: number }

const leaseMs = 3_000
const monthMs = 30 * 86_400_000
const mostReplayed = 10_000

/** One in a hundred was due before any worker was up; as many again are due in a month and must stay. */
export async function timers({
  seed,
  timers: count,
  say,
  windowMs = 60_000,
  workers = 3,
}: TimersOptions): Promise<Finding> {
  const lab = await openLab()
  // Arming may take longer than a person would wait, so nothing is given up.
  const client = new Redis(lab.redis.port, '127.0.0.1')
  let fleet: Fleet | undefined
  try {
    const store = redisStore(client)
    const journal: Journal = { operations: [], reads: [] }
    const random = createRandom(seed)
    const leadMs = 4_000 + 2 * Math.min(count, windowMs / 10) + count / 10
    const opensAt = (await store.now()) + leadMs
    const overdue = Math.ceil(count / 100)
    const moments = [
      ...Array.from({ length: overdue }, () => opensAt - 600_000 - random.between(0, 60_000)),
      ...Array.from({ length: count - overdue }, () => opensAt + 10 * random.between(0, windowMs / 10)),
      ...Array.from({ length: overdue }, () => opensAt + monthMs + random.between(0, 1_000)),
    ]
    for (let at = 0; at < moments.length; at += 1_000) {
      const batch = moments
        .slice(at, at + 1_000)
        .map((dueAt, index) => ({ session: `timer-${at + index}`, ...armed(journal, dueAt) }))
      await Promise.all(batch.map(({ session, entry }) => store.commit(session, 0, entry)))
    }
    say(`timers: ${moments.length} armed, ${opensAt - (await store.now())} ms before the first is due`)
    await pauseUntil(opensAt - 1_500, () => store.now())

    const settings = {
      REDIS_URL: `redis://127.0.0.1:${lab.redis.port}`,
      PAYMENTS_PORT: lab.paymentsPort,
      PRICE_HOLD_MS: holdMs,
      LEASE_MS: leaseMs,
    }
    const up = await startFleet(Array.from({ length: workers }, () => ({ role: 'worker', settings }) as const))
    fleet = up
    const startedAt = await store.now()
    for (const share of [0.3, 0.6]) {
      await pauseUntil(opensAt + windowMs * share, () => store.now())
      random.pick(up.members).signal('SIGKILL')
      say(`timers: a worker killed, ${await left(client)} of ${moments.length} on the agenda`)
    }
    await settled(client, overdue)
    await up.stop()

    const written = await lab.written()
    // Taking every turn again would last longer than the timers did; the firing itself is checked for all of them.
    const every = Math.ceil(count / mostReplayed)
    const sample = written.filter(({ session }) => Number(session.slice('timer-'.length)) % every === 0)
    const judged = await judge({ lab, journal, holdMs, leaseMs, written: sample })
    const fired = lateness(written, { startedAt, farFrom: opensAt + windowMs + 1 })
    const late = (share: number) => Math.round(percentile(fired.lateMs, share))
    return {
      fault: 'timers, worker SIGKILL',
      seed,
      runs: count,
      turns: written.length - moments.length,
      injected: up.kills(),
      violations: [...fired.violations, ...judged.violations],
      recoveryMs: [],
      notes: [
        [
          `seed ${seed}: ${count} timers due within ${windowMs / 1_000} s, ${workers} workers: ` +
            `${fired.lateMs.length} fired, late p50 ${late(0.5)} ms, p99 ${late(0.99)} ms, most ${late(1)} ms`,
          `${fired.stayed} of 30 days stayed`,
          `${judged.versions} of ${written.length} versions replayed`,
        ].join('; '),
      ],
    }
  } finally {
    await fleet?.stop()
    client.disconnect()
    await lab.close()
  }
}

async function left(client: Redis): Promise<number> {
  const keys = redisKeys({ prefix: 'dogear', partitions: 256 })
  const pipeline = client.pipeline()
  for (let partition = 0; partition < keys.partitions; partition++) pipeline.zcard(keys.due(partition))
  return ((await pipeline.exec()) ?? []).reduce((sum, [, size]) => sum + Number(size), 0)
}

/** Resolves once no more than `rest` are left, or once none has gone for two minutes. */
async function settled(client: Redis, rest: number): Promise<void> {
  let least = Number.POSITIVE_INFINITY
  for (let patience = AbortSignal.timeout(120_000); !patience.aborted; await pause(250, patience)) {
    const now = await left(client)
    if (now <= rest) return
    if (now < least) patience = AbortSignal.timeout(120_000)
    least = Math.min(least, now)
  }
}

async function pauseUntil(time: number, now: () => Promise<number>): Promise<void> {
  const never = new AbortController().signal
  await pause(Math.max(0, time - (await now())), never)
}
