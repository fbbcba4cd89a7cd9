// SIGSTOP for longer than a lease, then SIGCONT: the process continues with a state that is out of date.

import type { Random } from '../random.ts'
import type { Finding } from '../report.ts'
import type { Habits } from '../shopping.ts'
import { crowd, pause, type Size } from './crowd.ts'

const leaseMs = 700

/**
 * `leastTakenOver` (1): a freeze that interrupts no charge shows nothing, so a run without any counts as a violation.
 */
export function freezes({ leastTakenOver = 1, ...options }: Size & { leastTakenOver?: number }): Promise<Finding> {
  return crowd({
    fault: 'SIGSTOP beyond the lease',
    leaseMs,
    leastTakenOver,
    members: [{ role: 'app' }, { role: 'app' }, { role: 'app' }, { role: 'worker' }, { role: 'worker' }],
    habits: withChargesUnderWay,
    // People do not wait for a frozen server; they are sent to another one.
    timeoutMs: 1_000,
    ...options,
    async disturb({ fleet, random, over }) {
      let frozen = 0
      while (!over.aborted) {
        // Charges begin in apps; workers hold only those they took over.
        const member = random.pick(random.chance(0.75) ? fleet.apps : fleet.members)
        member.signal('SIGSTOP')
        frozen++
        await pause(leaseMs * random.between(3, 5), over)
        member.signal('SIGCONT')
        await pause(random.between(100, 600), over)
      }
      return frozen
    },
  })
}

/** Charges that take a while, so that a process is likely to be frozen in the middle of some. */
export function withChargesUnderWay(random: Random): Habits {
  const card = random.pick(['tok_slow', 'tok_slow', 'tok_flaky', 'tok_lost_reply'])
  return { card, corrections: random.between(0, 12) }
}
