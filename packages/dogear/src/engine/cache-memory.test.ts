// The memory that cached sessions take is measured in the heap, and stays within what the cache was given.

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { beforeAll, expect, it } from 'vitest'
import { assign, setup } from 'xstate'
import { z } from 'zod'
import { msgpackCodec } from '../codec/codec.ts'
import { defineFlow } from '../flow/define.ts'
import { positionOf } from '../turn/record.ts'
import { browser, createSession } from '../turn/session.fixture.ts'
import { type Cache, createCache } from './cache.ts'

setFlagsFromString('--expose_gc')
const collect: () => void = runInNewContext('gc')

/** Bytes in use by this process, once all garbage is gone. */
function inUse(): number {
  collect()
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

const machine = setup({
  types: {
    context: {} as { data: unknown; visits: number },
    events: {} as { type: 'given'; data: unknown } | { type: 'visited' },
  },
}).createMachine({
  id: 'm',
  initial: 'first',
  context: { data: null, visits: 0 },
  states: {
    first: {
      id: 'first',
      meta: { step: { path: 'first', title: 'First' } },
      on: {
        given: { target: 'second', actions: assign({ data: ({ event }) => event.data }) },
        visited: { actions: assign({ visits: ({ context }) => context.visits + 1 }) },
      },
    },
    second: {
      id: 'second',
      meta: { step: { path: 'second', title: 'Second' } },
      on: { visited: { actions: assign({ visits: ({ context }) => context.visits + 1 }) } },
    },
  },
})
const flow = defineFlow({
  id: 'checkout',
  version: 1,
  machine,
  events: { given: z.object({ data: z.any() }), visited: z.object({}) },
})
const codec = msgpackCodec()

const many = (count: number, make: (index: number) => unknown): unknown[] =>
  Array.from({ length: count }, (_, i) => make(i))
const named = (count: number, make: (index: number) => unknown): unknown =>
  Object.fromEntries(many(count, (index) => [`field ${index}`, make(index)]) as [string, unknown][])

/** Kinds of data in a context; `turn` makes every session's data its own. */
const kinds: Record<string, (turn: number) => unknown> = {
  nothing: () => null,
  'ten answers': (turn) => named(10, (index) => `answer ${index} of session ${turn}`),
  'long texts': (turn) => named(10, (index) => `${turn} ${index} `.repeat(200)),
  'long texts beyond Latin': (turn) => named(10, (index) => `żółw ${turn} ${index} `.repeat(100)),
  'rows of a basket': (turn) => many(40, (index) => ({ sku: `p-${turn}-${index}`, quantity: index, price: 999.5 })),
  'whole numbers': () => many(2_000, (index) => index),
  fractions: (turn) => many(1_000, (index) => turn + index + 0.5),
  'large numbers by name': (turn) => named(50, (index) => 1e12 + turn + index),
  'small objects': () => many(500, (index) => ({ a: index })),
  'empty objects': () => many(1_000, () => ({})),
  'empty lists': () => many(1_000, () => []),
  dates: (turn) => many(300, (index) => new Date(turn * 1_000 + index)),
  maps: (turn) => many(100, (index) => new Map([[index, turn]])),
  sets: (turn) => many(100, (index) => new Set([index, turn])),
  'large integers': (turn) => many(500, (index) => 2n ** 60n + BigInt(turn + index)),
  'short bytes': () => many(100, () => new Uint8Array(8)),
  'a few names that no other session has': (turn) => ({ [`item-${turn}`]: 1, [`part-${turn}`]: { [`of-${turn}`]: 1 } }),
  'lists of names that no other session has': (turn) => many(30, (index) => ({ [`item-${turn}-${index}`]: index })),
  'many names that no other session has': (turn) =>
    Object.fromEntries(many(60, (index) => [`item-${turn}-${index}`, index]) as [string, number][]),
}

/** Puts more sessions with such data into the cache than it has room for, each after many turns. */
function fill(cache: Cache, data: (turn: number) => unknown, { live, limit }: { live: boolean; limit: number }): void {
  const before = createSession(flow)
  for (let turn = 0; turn < 24; turn++) before.event({ type: 'visited' }, { from: browser('Phone') })
  for (let filled = 0, count = 0; filled < limit; count++) {
    const session = createSession(flow)
    session.record = structuredClone(before.record)
    const turn = session.event({ type: 'given', data: structuredClone(data(count)) }, { from: browser('Phone') })
    if (!turn.changed || !turn.shown) throw new Error('the turn was not taken')
    const { record, shown } = turn
    // A store hands out bytes of its own.
    const stored = { bytes: new Uint8Array(codec.encode(record)), position: positionOf(record) }
    cache.set(`session ${count}`, live ? { record, live: shown.live } : stored)
    filled += stored.bytes.length + (live ? 6_000 : 600)
  }
}

const limit = 2_000_000

/** The part of what the cache was given that it takes once it is full. */
function partTaken(data: (turn: number) => unknown, live: boolean): number {
  // Some things are made once, with the first sessions.
  fill(createCache(limit / 8), data, { live, limit: limit / 8 })
  const cache = createCache(limit)
  const before = inUse()
  fill(cache, data, { live, limit })
  const taken = inUse() - before
  // The cache is in use until here.
  cache.delete('session 0')
  return taken / limit
}

// Compiled code takes memory of its own.
beforeAll(() => {
  for (const live of [true, false]) fill(createCache(limit), () => null, { live, limit: 2 * limit })
}, 60_000)

const isFit = (part: number) => part > 0.25 && part <= 1

it.each(Object.entries(kinds))('sessions with %s take no more memory than the cache may', (_, data) => {
  for (const live of [true, false]) {
    let part = partTaken(data, live)
    // Something else in this process may have taken memory meanwhile, or given some back, such as compiled code. The
    // cache takes what it takes every time.
    for (let again = 0; !isFit(part) && again < 2; again++) part = partTaken(data, live)
    expect(part).toBeLessThanOrEqual(1)
    expect(part).toBeGreaterThan(0.25)
  }
})
