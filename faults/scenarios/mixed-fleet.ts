// Workers of two releases and of two applications on one agenda: none keeps a session that only another one can serve.

import { redisStore } from 'dogear/redis'
import { Redis } from 'ioredis'
import { type Fleet, startFleet } from '../fleet.ts'
import type { FlowName } from '../flow.ts'
import type { Journal } from '../journal.ts'
import { openLab } from '../lab.ts'
import { createRandom } from '../random.ts'
import { type Finding, percentile } from '../report.ts'
import { armed, holdMs } from './armed.ts'
import { pause, type Say } from './crowd.ts'
import { lateness } from './lateness.ts'

export type MixedFleetOptions = { seed: number; timers: number; say: Say; windowMs?: number }

/** A timer of a session that was kept instead of given back is late by this much. */
const leaseMs = 20_000
const idleMs = 100
/** More workers of the older release than of the newer one, as in the first half of a deploy. */
const workers: readonly FlowName[] = ['checkout', 'checkout', 'checkout', 'next', 'other']

/** Every flow has a third of the timers. A timer late by half a lease is a violation. */
export async function mixedFleet({ seed, timers: count, say, windowMs = 20_000 }: MixedFleetOptions): Promise<Finding> {
  const lab = await openLab()
  // Arming may take longer than a person would wait, so nothing is given up.
  const client = new Redis(lab.redis.port, '127.0.0.1')
  let fleet: Fleet | undefined
  try {
    const store = redisStore(client)
    const random = createRandom(seed)
    const journal: Journal = { operations: [], reads: [] }
    const settings = {
      REDIS_URL: `redis://127.0.0.1:${lab.redis.port}`,
      PAYMENTS_PORT: lab.paymentsPort,
      PRICE_HOLD_MS: holdMs,
      LEASE_MS: leaseMs,
      IDLE_MS: idleMs,
    }
    const up = await startFleet(workers.map((FLOW) => ({ role: 'worker', settings: { ...settings, FLOW } }) as const))
    fleet = up
    const startedAt = await store.now()
    const opensAt = startedAt + 2_000 + 4 * count
    const sessions = Array.from({ length: count }, (_, i) => {
      const flow = (['checkout', 'next', 'other'] as const)[i % 3] as FlowName
      return { session: `mixed-${i}`, ...armed(journal, opensAt + random.between(0, windowMs), flow) }
    })
    for (let at = 0; at < count; at += 1_000) {
      const batch = sessions.slice(at, at + 1_000)
      await Promise.all(batch.map(({ session, entry }) => store.commit(session, 0, entry)))
    }
    say(`mixed fleet: ${count} timers armed, ${opensAt - (await store.now())} ms before the first is due`)
    const over = AbortSignal.timeout(opensAt - startedAt + windowMs + 3 * leaseMs)
    const last = opensAt + windowMs + leaseMs
    while ((await store.now()) < last && (await fired(client, sessions)) < count) await pause(500, over)
    await up.stop()

    const judged = lateness(await lab.written(), { startedAt, farFrom: Number.POSITIVE_INFINITY })
    const tooLate = judged.lateMs.filter((ms) => ms >= leaseMs / 2)
    const late = (share: number) => Math.round(percentile(judged.lateMs, share))
    return {
      fault: 'mixed fleet',
      seed,
      runs: count,
      turns: judged.lateMs.length,
      // Every session is one that some of the workers cannot serve.
      injected: count,
      violations: [
        ...judged.violations,
        ...tooLate.map((ms) => ({ rule: 'timer', session: '', detail: `fired ${ms} ms late: it was kept` })),
      ],
      recoveryMs: [],
      notes: [
        `seed ${seed}: ${judged.lateMs.length} of ${count} timers fired by workers of ${workers.join(', ')}, ` +
          `idle pause ${idleMs} ms; late p50 ${late(0.5)} ms, p99 ${late(0.99)} ms, most ${late(1)} ms`,
      ],
    }
  } finally {
    await fleet?.stop()
    client.disconnect()
    await lab.close()
  }
}

/** How many sessions are off the agenda. */
async function fired(client: Redis, sessions: readonly unknown[]): Promise<number> {
  const pipeline = client.pipeline()
  for (let partition = 0; partition < 256; partition++) pipeline.zcard(`dogear:{${partition}}:due`)
  const left = ((await pipeline.exec()) ?? []).reduce((sum, [, size]) => sum + Number(size), 0)
  return sessions.length - left
}
