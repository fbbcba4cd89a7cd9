// Lengths of time and ages, as people read them.

import { describe, expect, it } from 'vitest'
import { wordsOf } from '../words/words.ts'
import { ageOf, lengthOf } from './words.ts'

const english = wordsOf('en', undefined)

const minute = 60_000

describe('a length of time', () => {
  it.each([
    [500, '1 second'],
    [59_999, '59 seconds'],
    [minute, '60 seconds'],
    [2 * minute - 1, '119 seconds'],
    [2 * minute, '2 minutes'],
    [15 * minute - 1, '14 minutes'],
    [15 * minute, '15 minutes'],
    [90 * minute, '90 minutes'],
    [3 * 60 * minute - 1, '2 hours'],
    [3 * 60 * minute, '3 hours'],
    [30 * 24 * 60 * minute, '30 days'],
    [30 * 24 * 60 * minute - 5000, '29 days'],
  ])('is rounded down, in the unit that says it best: %i ms', (ms, words) => {
    expect(lengthOf(ms, english)).toBe(words)
  })
})

describe('an age', () => {
  it.each([
    [0, 'just now'],
    [59_999, 'just now'],
    [minute, '1 minute ago'],
    [119_999, '1 minute ago'],
    [26 * 60 * minute, '1 day ago'],
    [50 * 60 * minute, '2 days ago'],
  ])('counts whole units: %i ms', (ms, words) => {
    expect(ageOf(ms, english)).toBe(words)
  })
})
