// Processes whose event loop is blocked for longer than a lease, again and again: timers and heartbeats are late, too.

import type { Finding } from '../report.ts'
import { crowd, pause, type Size } from './crowd.ts'
import { withChargesUnderWay } from './freezes.ts'

// One after the other is blocked, so that somebody is free when a lease ends. A slow charge takes longer than a round.
const [leaseMs, blockMs, everyMs] = [700, 1_600, 3_200]

/** As many of the charges as were taken over meanwhile were under way in a process that could not say so. */
export function blockedLoops(options: Size): Promise<Finding> {
  return crowd({
    fault: `event loops blocked for ${blockMs} ms`,
    leaseMs,
    leastTakenOver: 1,
    members: [{ role: 'app' }, { role: 'app' }, { role: 'worker' }, { role: 'worker' }],
    habits: withChargesUnderWay,
    ...options,
    settingsOf: (index) => ({ BLOCK_MS: blockMs, BLOCK_EVERY_MS: everyMs, BLOCK_AT_MS: (index * everyMs) / 4 }),
    async disturb({ fleet, over }) {
      const startedAt = performance.now()
      while (!over.aborted) await pause(1_000, over)
      return fleet.members.length * Math.floor((performance.now() - startedAt) / everyMs)
    },
  })
}
