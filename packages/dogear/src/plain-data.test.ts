// Plain data: what of it is walked, what is refused, and when two values say the same.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { toPackable } from './codec/packable.ts'
import { parseJson } from './http/body.ts'
import { copyOf, maxDepth, maxParts, ownData, same, unfit, walk } from './plain-data.ts'

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
  const field = { toString: null }
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
      expect(same(one, other)).toBe(text(one) === text(other))
    }),
    {
      examples: [
        [
          { a: field, b: 1 },
          { b: 1, a: field },
        ],
      ],
    },
  )
})
const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
// By the key alone: without a comparison, `sort` turns the values into text, which fails for a field named `toString`.
const sorted = (value: object) => Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))

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

const nested = (levels: number): unknown => (levels === 0 ? 'inside' : [nested(levels - 1)])

it('everything that walks data stops at the same depth, and what strangers send at half of it', () => {
  expect(ownData(nested(maxDepth + 1), 1_000)).toEqual(nested(maxDepth + 1))
  expect(() => ownData(nested(maxDepth + 2), 1_000)).toThrow('nested too deeply')
  expect(toPackable(nested(maxDepth + 1))).toEqual(nested(maxDepth + 1))
  expect(() => toPackable(nested(maxDepth + 2))).toThrow('nested too deeply')
  expect(parseJson(JSON.stringify(nested(maxDepth / 2)), 100)).toEqual(nested(maxDepth / 2))
  expect(() => parseJson(JSON.stringify(nested(maxDepth / 2 + 1)), 100)).toThrow('nested deeper')
})

it('a walk comes to every value with its path, keys of maps included', () => {
  const seen: [string, unknown][] = []
  const data = {
    list: ['a', { b: 1 }],
    map: new Map<unknown, unknown>([
      ['key', 'c'],
      [2, 'd'],
    ]),
    set: new Set(['e']),
  }
  walk(data, (part, path) => {
    if (typeof part !== 'object') seen.push([path.join(), part])
    return true
  })
  expect(seen).toEqual([
    ['list,0', 'a'],
    ['list,1,b', 1],
    ['map,0', 'key'],
    ['map,key', 'c'],
    ['map,1', 2],
    ['map,1', 'd'],
    ['set,0', 'e'],
  ])
})

it('a walk does not look into what it is told to leave, nor into instances of classes', () => {
  const seen: unknown[] = []
  walk({ left: { inner: 1 }, url: new URL('https://example.org'), at: new Date(0), last: 2 }, (_, path) => {
    seen.push(path.join())
    return path.at(-1) !== 'left'
  })
  expect(seen).toEqual(['', 'left', 'url', 'at', 'last'])
})

it('a copy shares nothing with what it is made from, and is refused with the place of what is no data', () => {
  const value = { list: [{ at: new Date(0) }] }
  const copy = ownData(value, 100)
  expect(copy).toEqual(value)
  expect(copy.list[0]).not.toBe(value.list[0])
  expect(() => ownData({ a: [{ b: () => 1 }] }, 100)).toThrow(new TypeError('a function at a[0].b'))
  expect(() => ownData(Symbol('x'), 100)).toThrow(new TypeError('a symbol at the top'))
  expect(() => ownData(['x'.repeat(50), 'y'.repeat(50)], 100)).toThrow('more than the 100 bytes')
})

it('a copy is equal in every part, and what no record can keep is in it as it was', () => {
  const odd = { call: () => 1, url: new URL('https://example.org'), list: Object.assign([1], { 2: 3 }) }
  expect(copyOf({ odd })).toStrictEqual({ odd })
  expect(copyOf(odd).url).toBe(odd.url)
  const named = JSON.parse('{"a":{"__proto__":{"b":1}}}')
  expect(copyOf(named).a).toBe(named.a)
  fc.assert(
    fc.property(fc.anything({ withDate: true, withMap: true, withSet: true, withBigInt: true }), (value) => {
      expect(copyOf(value)).toEqual(value)
    }),
  )
})

it('a copy of data without end is made in no time, and is refused later', () => {
  let shared: unknown = 'leaf'
  for (let level = 0; level < 60; level++) shared = [shared, shared]
  expect(() => toPackable(copyOf(shared))).toThrow(`more than ${maxParts} values`)
  const circle: unknown[] = []
  circle.push(circle, circle)
  expect(() => toPackable(copyOf(circle))).toThrow('nested too deeply')
})

it('what would come back as something else is refused: derived classes, symbols, keys that become one', () => {
  class Money extends Map<string, unknown> {}
  class Days extends Date {}
  class Rows extends Array<number> {}
  const symbol = { [Symbol('key')]: 1 }
  for (const part of [new Money(), new Days(), new Rows(1), symbol]) {
    expect(unfit(part, 0)).toBeDefined()
    // A copy leaves it as it is, so that it is found.
    expect(unfit(copyOf({ part }).part, 1)).toBeDefined()
  }
  const alike = [
    ['a\ud800', 1],
    ['a\ud801', 2],
  ] as const
  expect(unfit(new Map(alike), 0, true)).toBeDefined()
  expect(unfit(new Set(alike.map(([name]) => name)), 0, true)).toBeDefined()
  expect(unfit(new Map([['a\ud800', 1]]), 0, true)).toBeUndefined()
})
