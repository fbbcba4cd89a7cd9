// Requests that arrive once more, seconds later and after those that followed them.

import type { Finding } from '../report.ts'
import { randomHabits } from '../shopping.ts'
import { crowd, type Size } from './crowd.ts'

const straysMs = 3_000

/** People do less than the receipts of a record tell of. A copy that arrives later is refused. */
export function strays(options: Size): Promise<Finding> {
  return crowd({
    fault: `requests once more, up to ${straysMs / 1_000} s later`,
    straysMs,
    habits: (random) => ({ ...randomHabits(random), corrections: random.between(0, 5) }),
    ...options,
    // Every stray counts itself.
    disturb: async () => 0,
  })
}
