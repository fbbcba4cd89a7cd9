// Records as reviewable JSON, and back.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fromTagged, toTagged } from './tagged.ts'

const there = (value: unknown) => fromTagged(JSON.parse(JSON.stringify(toTagged(value))))

it('gives back every value a record can hold', () => {
  const value = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withTypedArray: false,
    withSparseArray: false,
    maxDepth: 4,
  })
  fc.assert(
    fc.property(value, (given) => {
      const before = withoutUndefined(given)
      expect(there(before)).toEqual(before)
    }),
  )
})

it('names what JSON has no word for', () => {
  expect(toTagged({ on: new Date(0), ids: new Set([1n]), left: undefined, most: Infinity })).toEqual({
    on: { $date: '1970-01-01T00:00:00.000Z' },
    ids: { $set: [{ $bigint: '1' }] },
    most: { $number: 'Infinity' },
  })
  expect(there(new Uint8Array([1, 2]))).toEqual(new Uint8Array([1, 2]))
})

/** Members that are undefined are no members of a stored record, and invalid dates and -0 are not stored at all. */
function withoutUndefined(value: unknown): unknown {
  if (Object.is(value, -0)) return 0
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value
  if (value instanceof Map)
    return new Map([...value].map(([key, one]) => [withoutUndefined(key), withoutUndefined(one)]))
  if (value instanceof Set) return new Set([...value].map(withoutUndefined))
  if (Array.isArray(value)) return value.map(withoutUndefined)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, one]) => one !== undefined && !key.startsWith('$') && key !== '__proto__')
      .map(([key, one]) => [key, withoutUndefined(one)]),
  )
}
