// How early the warnings come.

import { describe, expect, it } from 'vitest'
import { warnAheadMs } from './warn-ahead.ts'

const minute = 60_000

describe('a warning before something ends', () => {
  it('leaves at least two minutes, and is not there from the start', () => {
    for (const total of [5 * minute, 15 * minute, 30 * 24 * 60 * minute]) {
      expect(warnAheadMs(total)).toBeGreaterThanOrEqual(2 * minute)
      expect(warnAheadMs(total)).toBeLessThan(total)
    }
  })

  it('comes at half time where there is too little of it', () => {
    expect(warnAheadMs(20_000)).toBe(10_000)
  })
})
