// The order of test files: two lists spread over one another.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { mixed } from './vitest-order.mjs'

it('files that wait are spread evenly over those that compute', () => {
  expect(mixed(['L1', 'L2'], ['a', 'b', 'c', 'd', 'e', 'f'])).toEqual(['a', 'L1', 'b', 'c', 'd', 'L2', 'e', 'f'])
})

it('no file is lost, and each list keeps its order', () => {
  const list = (letter: string) => fc.nat(40).map((length) => Array.from({ length }, (_, index) => letter + index))
  fc.assert(
    fc.property(list('a'), list('b'), (some, others) => {
      const all = mixed(some, others)
      expect(all.filter((name) => name.startsWith('a'))).toEqual(some)
      expect(all.filter((name) => name.startsWith('b'))).toEqual(others)
      expect(all).toHaveLength(some.length + others.length)
    }),
  )
})
