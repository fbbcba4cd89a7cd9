// Processes whose clocks are set again and again while holds run: no hold ends early, none late for good.

import type { Finding } from '../report.ts'
import { type Habits, randomHabits } from '../shopping.ts'
import { crowd, pause, type Size } from './crowd.ts'

const stepEveryMs = 150

/** Every process is set ahead by an hour, back by two, and so on, at a moment of its own. */
export function clockSteps(options: Size): Promise<Finding> {
  const own = options.habits ?? randomHabits
  return crowd({
    fault: 'clocks set',
    holdMs: 4_000,
    ...options,
    settingsOf: (index) => ({ CLOCK_STEP_EVERY_MS: stepEveryMs + 10 * index }),
    habits: (random): Habits => ({ ...own(random), slow: random.chance(0.3) }),
    async disturb({ fleet, over }) {
      const startedAt = performance.now()
      while (!over.aborted) await pause(1_000, over)
      return fleet.members.length * Math.floor((performance.now() - startedAt) / stepEveryMs)
    },
  })
}
