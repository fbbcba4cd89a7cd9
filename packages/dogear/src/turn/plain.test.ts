// When two values say the same.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { same } from './plain.ts'

it('the same content says the same, whoever made it and in whatever order', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const reversed = JSON.parse(JSON.stringify(value), (_, part) =>
        typeof part === 'object' && part !== null && !Array.isArray(part)
          ? Object.fromEntries(Object.entries(part).reverse())
          : part,
      )
      expect(same(JSON.parse(JSON.stringify(value)), reversed)).toBe(true)
    }),
  )
})

it('what is told apart by storage does not say the same', () => {
  const text = (value: unknown) => JSON.stringify(value, (_, part) => (isPlain(part) ? sorted(part) : part))
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
      expect(same(one, other)).toBe(text(one) === text(other))
    }),
    {
      examples: [
        [
          { a: { toString: null }, b: 1 },
          { b: 1, a: { toString: null } },
        ],
      ],
    },
  )
})
const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
// By the key alone: without a comparison, `sort` turns the values into text, which fails for a field named `toString`.
const sorted = (value: object) =>
  Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))

it.each([
  ['one key more', { a: 1 }, { a: 1, b: undefined }],
  ['one key less', { a: 1, b: undefined }, { a: 1 }],
  ['another key', { a: undefined }, { b: undefined }],
  ['one item more', [1], [1, undefined]],
  ['a list and an object', [], {}],
  ['null and an object', null, {}],
  ['text and a number', '1', 1],
  ['two times', new Date(1), new Date(2)],
  ['a time and an object', new Date(1), {}],
  ['two maps', new Map(), new Map()],
])('%s is a difference', (_, one, other) => {
  expect(same(one, other)).toBe(false)
})

it('equal times say the same', () => {
  expect(same({ at: new Date(5) }, { at: new Date(5) })).toBe(true)
})
