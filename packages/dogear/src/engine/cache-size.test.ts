// The memory that an entry of the cache is counted with: enough for what it holds, and for each kind of data in it.

import { describe, expect, it } from 'vitest'
import type { Live } from '../flow/nodes.ts'
import type { SessionRecord } from '../turn/record.ts'
import { at } from '../turn/session.fixture.ts'
import { type Cached, createCache } from './cache.ts'

const empty = {
  ...{ receipts: [], trail: [], visited: [], timers: [], devices: [], ended: [], handoffs: [], effects: [] },
  ...{ drafts: {}, entries: {}, snapshot: { status: 'active', value: 'a', context: null } },
} as unknown as SessionRecord

const stored = (bytes: number): Cached => ({ bytes: new Uint8Array(bytes), position: at(1) })

/** An entry with a live state and such a record. */
function live(record: object): Cached {
  return { record: { ...empty, ...record }, live: {} as Live }
}

const holding = (data: unknown) => live({ snapshot: { ...empty.snapshot, context: data } })

/** The smallest cache that keeps the entry, in bytes. */
function countedOf(entry: Cached): number {
  let [tooSmall, enough] = [0, 2 ** 30]
  while (enough - tooSmall > 1) {
    const middle = Math.floor((tooSmall + enough) / 2)
    const cache = createCache(middle)
    cache.set('session', { ...entry })
    if (cache.get('session')) enough = middle
    else tooSmall = middle
  }
  return enough
}

const many = (count: number, make: (index: number) => unknown): unknown[] =>
  Array.from({ length: count }, (_, i) => make(i))
const named = (count: number, value: unknown): object =>
  Object.fromEntries(many(count, (index) => [`n${index}`, value]) as [string, unknown][])

describe('without a live state', () => {
  it('is counted with its bytes and about a kilobyte, and takes the same place when it is set again', () => {
    const [none, some] = [countedOf(stored(0)), countedOf(stored(100_000))]
    expect(none).toBeGreaterThan(500)
    expect(none).toBeLessThan(2_000)
    expect((some - none) / 100_000).toBeGreaterThanOrEqual(1)
    expect((some - none) / 100_000).toBeLessThan(1.5)
    const cache = createCache(3 * none)
    for (let round = 0; round < 10; round++) for (const id of ['a', 'b', 'c']) cache.set(id, stored(0))
    expect(['a', 'b', 'c'].map((id) => cache.get(id) !== undefined)).toEqual([true, true, true])
    cache.set('d', stored(0))
    expect(['a', 'b', 'c', 'd'].map((id) => cache.get(id) !== undefined)).toEqual([false, true, true, true])
  })

  it('is not kept at all by a cache without memory', () => {
    const cache = createCache(0)
    cache.set('session', stored(0))
    expect(cache.get('session')).toBeUndefined()
  })
})

describe('with a live state', () => {
  it('is counted with several kilobytes more', () => {
    expect(countedOf(live({})) - countedOf(stored(0))).toBeGreaterThan(3_000)
    expect(countedOf(live({})) - countedOf(stored(0))).toBeLessThan(8_000)
  })

  it.each(['receipts', 'trail', 'visited', 'timers', 'devices', 'ended', 'handoffs'])(
    'is counted with each of its %s',
    (name) => {
      const each = (countedOf(live({ [name]: many(1_000, () => 'one') })) - countedOf(live({}))) / 1_000
      expect(each).toBeGreaterThan(100)
      expect(each).toBeLessThan(400)
    },
  )

  it.each(['drafts', 'entries', 'effects'])('is counted with the data in its %s', (name) => {
    const data = name === 'effects' ? [{ input: 'x'.repeat(10_000) }] : { one: 'x'.repeat(10_000) }
    expect(countedOf(live({ [name]: data })) - countedOf(live({}))).toBeGreaterThan(20_000)
  })
})

/** By kind: data with so many of it, and the bytes that one more takes, at least and at most. */
const kinds: [string, (count: number) => unknown, number, number][] = [
  ['character of a text', (count) => 'x'.repeat(count), 2, 3],
  ['short text', (count) => many(count, () => ''), 30, 60],
  ['whole number', (count) => many(count, (index) => index), 8, 12],
  ['whole number below zero', (count) => many(count, (index) => -index), 8, 12],
  ['fraction', (count) => many(count, (index) => index + 0.5), 22, 40],
  ['number too large for 32 bits', (count) => many(count, (index) => 1e12 + index), 22, 40],
  ['truth', (count) => many(count, () => true), 8, 12],
  ['nothing', (count) => many(count, () => null), 8, 12],
  ['large integer', (count) => many(count, () => 2n ** 60n), 35, 60],
  ['date', (count) => many(count, () => new Date(0)), 90, 200],
  ['byte', (count) => new Uint8Array(count), 1, 2],
  ['list of bytes', (count) => many(count, () => new Uint8Array(0)), 250, 500],
  ['empty list', (count) => many(count, () => []), 70, 150],
  ['list in a list', (count) => many(count, () => [[]]), 150, 300],
  ['empty object', (count) => many(count, () => ({})), 110, 250],
  ['small object', (count) => many(count, () => ({ a: 1 })), 170, 300],
  ['object with sixteen members', (count) => many(count, () => named(16, 1)), 128 + 16 * 50, 128 + 16 * 90],
  ['object with seventeen members', (count) => many(count, () => named(17, 1)), 128 + 17 * 120, 128 + 17 * 180],
  ['member', (count) => named(count, 1), 120, 180],
  ['text in a member', (count) => named(count, 'xxxxxxxxxx'), 170, 250],
  ['empty map', (count) => many(count, () => new Map()), 350, 700],
  ['entry of a map', (count) => new Map(many(count, (index) => [index, 1]) as [number, number][]), 75, 150],
  ['text by text in a map', (count) => new Map(many(count, (i) => [`${i}`.padEnd(9), 'xxxxxxxxx']) as never), 160, 300],
  ['empty set', (count) => many(count, () => new Set()), 280, 600],
  ['entry of a set', (count) => new Set(many(count, (index) => index)), 60, 120],
  ['text in a set', (count) => new Set(many(count, (index) => `${index}`.padEnd(9))), 100, 200],
]

it.each(kinds)('a %s more is counted with what it takes', (_, make, least, most) => {
  const each = (countedOf(holding(make(200))) - countedOf(holding(make(100)))) / 100
  expect(each).toBeGreaterThanOrEqual(least)
  expect(each).toBeLessThanOrEqual(most)
})
