// Every event posted fifty times at once under one operation id, to several servers.

import type { Finding } from '../report.ts'
import { randomHabits } from '../shopping.ts'
import { crowd, type Size } from './crowd.ts'

export const copies = 50

export function duplicates(options: Size): Promise<Finding> {
  return crowd({
    fault: `duplicate POST x${copies}`,
    atOnce: 4,
    holdMs: 120_000,
    ...options,
    habits: (random) => ({ ...randomHabits(random), slow: false, times: copies }),
    disturb: async () => options.checkouts * 2 * (copies - 1),
  })
}
