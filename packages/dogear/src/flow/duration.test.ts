// Durations people can read.

import { expect, test } from 'vitest'
import { type Duration, toMs } from './duration.ts'

test.each<[Duration, number]>([
  [250, 250],
  ['250 ms', 250],
  ['30 s', 30_000],
  ['1 second', 1_000],
  ['15 minutes', 900_000],
  ['1.5 hours', 5_400_000],
  ['1 day', 86_400_000],
  ['30 days', 2_592_000_000],
  ['2 weeks', 1_209_600_000],
])('%s are %d milliseconds', (duration, ms) => {
  expect(toMs(duration)).toBe(ms)
})

test.each([
  0,
  -1,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  '',
  '30',
  'days',
  '30days',
  '-1 day',
  '0 days',
  '1 fortnight',
  '1 day ago',
  'Infinity days',
  '1 constructor',
  '5 mss',
])('%s is no duration', (duration) => {
  expect(toMs(duration as Duration)).toBeNaN()
})
