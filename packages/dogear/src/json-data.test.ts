// Data as JSON carries it: the same, byte for byte, as if it had crossed the network.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { toJson } from './json-data.ts'

class Money {
  readonly cents = 7
  toJSON() {
    return { cents: this.cents }
  }
}

it.each([
  [new Date('2026-11-28T09:30:00Z'), '2026-11-28T09:30:00.000Z'],
  [new Date(Number.NaN), null],
  [
    new Map<unknown, unknown>([
      ['a', new Date(0)],
      [{ k: 1n }, new Set([1n])],
    ]),
    [
      ['a', '1970-01-01T00:00:00.000Z'],
      [{ k: '1' }, ['1']],
    ],
  ],
  [new Set(['a', new Map()]), ['a', []]],
  [2n ** 80n, '1208925819614629174706176'],
  [new Uint8Array([0, 255, 16]), 'AP8Q'],
  [new Money(), { cents: 7 }],
  [
    [1, undefined, () => 1, Symbol.iterator],
    [1, null, null, null],
  ],
  [{ a: undefined, b: () => 1, c: { d: [undefined] } }, { c: { d: [null] } }],
  [
    [Number.NaN, Number.POSITIVE_INFINITY, -0],
    [null, null, 0],
  ],
  [/x/, {}],
  [undefined, undefined],
])('%o arrives as %o', (sent, arrives) => {
  expect(toJson(sent)).toStrictEqual(arrives)
})

it('is what JSON makes of plain data', () => {
  const anything = fc.anything({ withDate: true, withNullPrototype: true, maxDepth: 4 })
  fc.assert(
    fc.property(anything, (value) => {
      const text = JSON.stringify(value)
      expect(toJson(value)).toEqual(text === undefined ? undefined : JSON.parse(text))
    }),
  )
})

it('crosses the network unchanged, whatever it was made of', () => {
  const rich = fc.anything({ withDate: true, withMap: true, withSet: true, withBigInt: true, withTypedArray: true })
  fc.assert(
    fc.property(rich, (value) => {
      const json = toJson(value)
      fc.pre(json !== undefined)
      expect(JSON.parse(JSON.stringify(json))).toEqual(json)
    }),
  )
})

it('shares what needs no other form, and edits nothing', () => {
  const value = { list: [{ a: 1 }], at: new Date(0), same: { deep: [true] } }
  const json = toJson(value) as typeof value
  expect(json).not.toBe(value)
  expect(json.same).toBe(value.same)
  expect(json.list).toBe(value.list)
  expect(value.at).toBeInstanceOf(Date)
})
