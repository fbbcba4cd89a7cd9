// SIGKILL of one of several apps and workers every one to three seconds, with a provider that loses replies.

import type { Finding } from '../report.ts'
import { crowd, pause, type Size } from './crowd.ts'

export type RandomKillsOptions = Size & { everyMs?: [number, number] }

export function randomKills({ everyMs = [1_000, 3_000], ...options }: RandomKillsOptions): Promise<Finding> {
  return crowd({
    fault: 'random SIGKILL',
    members: [{ role: 'app' }, { role: 'app' }, { role: 'app' }, { role: 'worker' }, { role: 'worker' }],
    ...options,
    async disturb({ fleet, random, over }) {
      while (!over.aborted) {
        await pause(random.between(...everyMs), over)
        const member = random.pick(fleet.members)
        // On a busy machine a process may still be starting, and its death would interrupt nothing.
        await member.ready()
        if (!over.aborted) member.signal('SIGKILL')
      }
      return fleet.kills()
    },
  })
}
