// A Redis Cluster under checkouts, of which slots are moved while a primary is killed and its replica takes over.

import type { Violation } from '../history.ts'
import type { RedisCluster } from '../redis-cluster.ts'
import type { Finding } from '../report.ts'
import { crowd, pause, type Span } from './crowd.ts'

/**
 * `rounds`: how often slots are moved and a primary is killed. There are three that can be. Without `checkouts` people
 * come until that is done.
 */
export type ClusterOptions = Span & { checkouts?: number; rounds?: number; slots?: number }

/** Nothing acknowledged may be missing: a primary that is killed has sent its replica what it has answered. */
export async function cluster({ rounds = 1, slots = 24, ...options }: ClusterOptions): Promise<Finding> {
  let redis: RedisCluster | undefined
  const notes: string[] = []
  const missed: Violation[] = []
  const finding = await crowd({
    fault: 'cluster: live reshard, primary SIGKILL',
    ...options,
    async settings(lab) {
      redis = await lab.cluster()
      return { REDIS_URL: redis.url }
    },
    written: async () => redis?.written() ?? [],
    async disturb({ random, over }) {
      let injected = 0
      for (let round = 0; round < rounds && redis && !over.aborted; round++) {
        const victim = random.pick(await redis.copied())
        const other = random.pick((await redis.primaries()).filter((port) => port !== victim))
        let moved = 0
        while (moved === 0 && !over.aborted) {
          await pause(random.between(200, 600), over)
          moved = await redis.reshard(victim, other, slots)
        }
        if (over.aborted) break
        const tookMs = await redis.failover(victim)
        notes.push(`${moved} slots moved, failover in ${Math.round(tookMs)} ms`)
        injected += 2
      }
      if (injected === 0) missed.push({ rule: 'no fault', session: '', detail: 'nobody was there any more' })
      return injected
    },
  })
  return { ...finding, violations: [...finding.violations, ...missed], notes: [...(finding.notes ?? []), ...notes] }
}
