// Redis killed and started again from its log, and Redis frozen for longer than a call may take.

import type { Finding } from '../report.ts'
import { crowd, pause, type Size } from './crowd.ts'

export type OutageOptions = Size & { everyMs?: [number, number] }

/** The log is on disk before every answer (`appendfsync always`), so nothing acknowledged may be missing. */
export function redisKills({ everyMs = [1_500, 4_000], ...options }: OutageOptions): Promise<Finding> {
  return crowd({
    fault: 'Redis SIGKILL, restart',
    fsync: 'always',
    ...options,
    async disturb({ lab, random, over }) {
      let kills = 0
      while (!over.aborted) {
        await pause(random.between(...everyMs), over)
        if (over.aborted) break
        await lab.redis.kill()
        kills++
        await pause(random.between(0, 500), over)
        await lab.redis.start()
      }
      return kills
    },
  })
}

export function redisFreezes({
  frozenMs = 5_000,
  ...options
}: OutageOptions & { frozenMs?: number }): Promise<Finding> {
  return crowd({
    fault: `Redis SIGSTOP ${frozenMs / 1_000} s`,
    ...options,
    async disturb({ lab, random, over }) {
      let freezes = 0
      while (!over.aborted) {
        await pause(random.between(500, 1_500), over)
        if (over.aborted) break
        lab.redis.signal('SIGSTOP')
        freezes++
        await pause(frozenMs, over)
        lab.redis.signal('SIGCONT')
        await pause(random.between(1_000, 2_000), over)
      }
      return freezes
    },
  })
}
