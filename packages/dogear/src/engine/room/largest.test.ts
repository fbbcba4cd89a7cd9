// The members that a session's size is blamed on: the largest, by paths that hold nothing a person entered.

import { expect, it } from 'vitest'
import { z } from 'zod'
import type { Flow } from '../../flow/define.ts'
import { reference } from '../../flow/form/reference.ts'
import type { SessionRecord } from '../../turn/record.ts'
import { largestOf } from './largest.ts'

const text = z.string()
const x = (length: number) => 'x'.repeat(length)

/** The members named for a session with this context, and with these other parts. */
function named(context: object, { schema, ...parts }: { schema?: z.ZodType } & Partial<SessionRecord> = {}) {
  const record = { snapshot: { context }, drafts: {}, effects: [], ...parts } as unknown as SessionRecord
  return largestOf({ context: schema } as unknown as Flow, record)
}
const paths = (...asked: Parameters<typeof named>) => named(...asked).map(({ path }) => path)

it('three are named at most, the largest first, with their bytes', () => {
  expect(named({ a: x(299), b: x(499), c: x(399), d: x(199) })).toEqual([
    { path: 'context.b', bytes: 500 },
    { path: 'context.c', bytes: 400 },
    { path: 'context.a', bytes: 300 },
  ])
})

it('what takes less than a tenth is not named', () => {
  expect(paths({ a: x(900), b: x(80) })).toEqual(['context.a'])
  expect(paths({ a: x(900), b: x(110) })).toEqual(['context.a', 'context.b'])
})

it('a path goes on for as long as one member takes most of the room', () => {
  expect(paths({ a: { b: { c: x(900), d: x(100) } } })).toEqual(['context.a.b.c'])
  expect(named({ a: { b: x(499), c: x(499) } })).toEqual([{ path: 'context.a', bytes: 1_002 }])
})

it('items of lists, maps and sets are named together', () => {
  const many = (item: unknown) => Array.from({ length: 9 }, () => item)
  expect(named({ list: many({ note: x(99) }) })).toEqual([{ path: 'context.list[].note', bytes: 900 }])
  expect(paths({ list: many(x(99)) })).toEqual(['context.list[]'])
  expect(paths({ map: new Map(many(0).map((_, key) => [key, { note: x(99) }])) })).toEqual(['context.map[].note'])
  expect(paths({ set: new Set([x(99)]), date: new Date(0) })).toEqual(['context.set'])
  expect(paths({ bytes: new Uint8Array(99) })).toEqual(['context.bytes'])
})

it('a name that the schema does not have may be what a person entered, and is not shown', () => {
  const schema = z.object({ answers: z.record(text, text), name: z.object({ first: text }) })
  expect(paths({ answers: { ada: x(900) } }, { schema })).toEqual(['context.answers[]'])
  expect(paths({ name: { first: x(900) } }, { schema })).toEqual(['context.name.first'])
  expect(paths({ other: x(900) }, { schema })).toEqual(['context[]'])
})

it('without a schema, a name is shown that a program would have', () => {
  for (const name of ['a', '_a1', '$a', 'a-b.c', x(40)]) expect(paths({ [name]: x(900) })).toEqual([`context.${name}`])
  for (const name of ['1a', 'a b', 'ada@example.org', '', x(41)])
    expect(paths({ [name]: x(900) })).toEqual(['context[]'])
})

it('what the schema marks as a reference takes no room, wherever it is', () => {
  const kept = reference(text)
  const schema = z.object({ one: kept, list: z.array(kept), pair: z.tuple([kept, text]), plain: text })
  const context = { one: x(900), list: [x(900)], pair: [x(900), x(300)], plain: x(200) }
  expect(named(context, { schema })).toEqual([
    { path: 'context.pair[]', bytes: 301 },
    { path: 'context.plain', bytes: 201 },
  ])
})

it('drafts are named by their steps, effects by their kinds, with their results', () => {
  const drafts = { shipping: { values: { a: x(500) }, issues: [] }, 'no name': { values: { a: x(300) }, issues: [] } }
  const effects = [
    { src: 'pay', input: x(200), result: { ok: true, output: x(200) } },
    { src: 'pay', input: x(200) },
  ]
  expect(paths({}, { drafts, effects } as never)).toEqual(['effects.pay', 'drafts.shipping', 'drafts[]'])
})
