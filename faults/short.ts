// The common parts of all short forms: one seed, no words, the same expectation.

import { expect } from 'vitest'
import type { Finding } from './report.ts'

export const seed = 7
export const say = (): void => {}

/** Something went wrong during the run, and nothing came of it. */
export function expectSound(...findings: Finding[]): void {
  for (const { violations, injected } of findings) {
    expect(violations).toEqual([])
    expect(injected).toBeGreaterThan(0)
  }
}
