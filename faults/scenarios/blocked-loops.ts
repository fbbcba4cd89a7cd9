// Processes whose event loop is blocked for longer than a lease, again and again: timers and heartbeats are late, too.

import type { Finding } from '../report.ts'
import { crowd, pause, type Size } from './crowd.ts'
import { withChargesUnderWay } from './freezes.ts'

const [leaseMs, blockMs, everyMs] = [700, 1_600, 3_000]

/** As many of the charges as were taken over meanwhile were under way in a process that could not say so. */
export function blockedLoops(options: Size): Promise<Finding> {
  return crowd({
    fault: `event loops blocked for ${blockMs} ms`,
    leaseMs,
    leastTakenOver: 1,
    members: [{ role: 'app' }, { role: 'app' }, { role: 'worker' }, { role: 'worker' }],
    habits: withChargesUnderWay,
    ...options,
    settingsOf: (index) => ({ BLOCK_MS: blockMs, BLOCK_EVERY_MS: everyMs + 170 * index }),
    async disturb({ fleet, over }) {
      const startedAt = performance.now()
      while (!over.aborted) await pause(1_000, over)
      return fleet.members.length * Math.floor((performance.now() - startedAt) / everyMs)
    },
  })
}
