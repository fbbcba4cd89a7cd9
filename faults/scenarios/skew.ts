// Processes whose clocks are an hour fast or slow: deadlines and leases go by the clock of the store.

import type { Finding } from '../report.ts'
import { randomHabits } from '../shopping.ts'
import { crowd, type Size } from './crowd.ts'

const hourMs = 3_600_000
const skews = [hourMs, -hourMs, -hourMs, hourMs]

export function skew(options: Size): Promise<Finding> {
  return crowd({
    fault: 'clock skew of an hour',
    holdMs: 4_000,
    ...options,
    settingsOf: (index) => ({ CLOCK_SKEW_MS: skews[index % skews.length] ?? 0 }),
    habits: (random) => ({ ...randomHabits(random), slow: random.chance(0.3) }),
    disturb: async () => skews.length,
  })
}
