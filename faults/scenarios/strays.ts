// Requests that arrive once more, seconds later and after those that followed them.

import type { Finding } from '../report.ts'
import { crowd, type Size } from './crowd.ts'

const straysMs = 3_000

export function strays(options: Size): Promise<Finding> {
  return crowd({
    fault: `requests once more, up to ${straysMs / 1_000} s later`,
    straysMs,
    ...options,
    // Every stray counts itself.
    disturb: async () => 0,
  })
}
