// SIGSTOP for longer than a lease, then SIGCONT: what a process believes when it wakes up is no longer so.

import type { Finding } from '../report.ts'
import { crowd, pause, type Size } from './crowd.ts'

const leaseMs = 700

export function freezes(options: Size): Promise<Finding> {
  return crowd({
    fault: 'SIGSTOP beyond the lease',
    leaseMs,
    // People do not wait for a frozen server; they are sent to another one.
    timeoutMs: 1_500,
    ...options,
    async disturb({ fleet, random, over }) {
      let frozen = 0
      while (!over.aborted) {
        const member = random.pick(fleet.members)
        member.signal('SIGSTOP')
        frozen++
        await pause(leaseMs * random.between(2, 4), over)
        member.signal('SIGCONT')
        await pause(random.between(100, 600), over)
      }
      return frozen
    },
  })
}
