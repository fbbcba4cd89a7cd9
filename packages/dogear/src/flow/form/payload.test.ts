// The payload of a form, value by value: its schema says what each text means.

import type { StandardSchemaV1 } from '@standard-schema/spec'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { fromForm, fromJson } from './payload.ts'
import { shapeOf } from './shape.ts'

const read = (schema: StandardSchemaV1, fields: Record<string, unknown>) =>
  fromForm(shapeOf(schema, 'input'), fields).payload
const days = z.enum(['mon', 'tue', 'wed'])
const at = (text: string) => new Date(text)

describe('a field', () => {
  const kinds: [string, z.ZodType, unknown, unknown][] = [
    ['text', z.string(), '3', '3'],
    ['text with a pattern', z.iso.date(), '2026-11-28', '2026-11-28'],
    ['a choice', days, 'mon', 'mon'],
    ['no choice', days, 'sun', 'sun'],
    ['a number', z.number(), '3', 3],
    ['a number with spaces', z.number(), ' 1.50 ', 1.5],
    ['a negative number', z.int(), '-7', -7],
    ['a number too large to be exact', z.number(), '9007199254740993', '9007199254740993'],
    ['an endless number', z.number(), '1e999', '1e999'],
    ['no number', z.number(), '1,5', '1,5'],
    ['a hexadecimal number', z.number(), '0x10', '0x10'],
    ['a choice of numbers', z.literal([1, 2]), '2', 2],
    ['a coerced number', z.coerce.number(), '3', 3],
    ['a number with a default', z.number().default(1), '3', 3],
    ['a number behind a check', z.number().refine((value) => value > 2), '3', 3],
    ['an optional, nullable number', z.number().nullable().optional(), '3', 3],
    ['a ticked box', z.boolean(), 'on', true],
    ['a ticked box that must be', z.literal(true), 'on', true],
    ['a radio button that says no', z.boolean(), 'false', false],
    ['a radio button that says no to a coercion', z.coerce.boolean(), 'no', false],
    ['a word that is neither', z.boolean(), 'perhaps', 'perhaps'],
    ['a ticked box with a hidden field beside it', z.boolean(), ['false', 'true'], true],
    ['a word for a schema of words', z.stringbool(), 'yes', 'yes'],
    ['a day', z.date(), '2026-11-28', at('2026-11-28T00:00:00Z')],
    ['a time without a zone', z.date(), '2026-11-28T09:30', at('2026-11-28T09:30:00Z')],
    ['a time with a zone', z.coerce.date(), '2026-11-28T09:30:00+01:00', at('2026-11-28T08:30:00Z')],
    ['a day that there is not', z.date(), '2026-02-31', '2026-02-31'],
    ['no day', z.date(), 'tomorrow', 'tomorrow'],
    ['a whole number of any size', z.bigint(), '9007199254740993', 9007199254740993n],
    ['one of several', z.array(days), 'mon', ['mon']],
    ['several', z.array(days), ['mon', 'tue'], ['mon', 'tue']],
    ['one of several numbers', z.array(z.number()), '1', [1]],
    ['several numbers', z.array(z.number()).optional(), ['1', '2'], [1, 2]],
    ['a set', z.set(z.string()), ['a', 'b'], new Set(['a', 'b'])],
    ['a set of one', z.set(z.string()), 'a', new Set(['a'])],
    ['text or a number', z.union([z.string(), z.number()]), '3', '3'],
    ['a choice or a number', z.union([z.enum(['none']), z.number()]), '3', 3],
    ['a choice or a number, chosen', z.union([z.enum(['none']), z.number()]), 'none', 'none'],
    ['a number or a box', z.union([z.number(), z.boolean()]), 'on', true],
    ['text or a list', z.union([z.string(), z.array(z.string())]), 'one', 'one'],
    ['text or a list, several', z.union([z.string(), z.array(z.string())]), ['one', 'two'], ['one', 'two']],
    ['several texts for one', z.string(), ['one', 'two'], ['one', 'two']],
    ['anything', z.any(), '3', '3'],
    ['what the schema reads by itself', z.preprocess((value) => value === 'on', z.boolean()), 'on', 'on'],
    ['what is transformed', z.string().transform(Number), '3', '3'],
    ['a number that is no text any more', z.number(), 3, 3],
    ['text for a codec', z.codec(z.string(), z.number(), { decode: Number, encode: String }), '3', '3'],
  ]
  it.each(kinds)('that is %s means what the schema asks for', (_, schema, sent, meant) => {
    expect(read(z.object({ field: schema }), { field: sent })).toEqual({ field: meant })
  })

  const unsaid: [string, z.ZodType, unknown][] = [
    ['text', z.string(), {}],
    ['text with a default', z.string().default('GB'), {}],
    ['nullable text', z.string().nullable(), { field: null }],
    ['optional, nullable text', z.string().nullish(), {}],
    ['a number', z.number(), {}],
    ['a box', z.boolean(), { field: false }],
    ['a box that must be ticked', z.literal(true), { field: false }],
    ['a box that is ticked by default', z.boolean().default(true), { field: false }],
    ['an optional box', z.boolean().optional(), {}],
    ['a nullable box', z.boolean().nullable(), { field: null }],
    ['several boxes', z.array(days), { field: [] }],
    ['several boxes that are ticked by default', z.array(days).default(['mon']), { field: [] }],
    ['several optional boxes', z.array(days).optional(), {}],
    ['a set', z.set(days), { field: new Set() }],
    ['an object', z.object({ street: z.string(), news: z.boolean() }), { field: { news: false } }],
    ['an optional object', z.object({ news: z.boolean() }).optional(), {}],
    ['a list of objects', z.array(z.object({ name: z.string() })), { field: [] }],
    ['anything', z.any(), {}],
    ['what the schema reads by itself', z.preprocess((value) => value === 'on', z.boolean()), {}],
  ]
  it.each(unsaid)('that is not filled in, of %s, is what a form says by that', (_, schema, meant) => {
    expect(read(z.object({ field: schema }), {})).toEqual(meant)
  })
})

describe('a name', () => {
  const Person = z.object({ name: z.string(), age: z.number().optional(), days: z.array(days), news: z.boolean() })
  const Form = z.object({
    address: z.object({ street: z.string(), at: z.object({ floor: z.number() }).optional() }),
    people: z.array(Person),
    extra: z.record(z.string(), z.number()),
    'with.dot': z.string().optional(),
    loose: z.any(),
  })
  const rest = { address: { street: '' }, people: [], extra: {} }
  const names: [string, Record<string, unknown>, object][] = [
    ['into an object', { 'address.street': 'High St' }, { address: { street: 'High St' } }],
    ['into an object in brackets', { 'address[street]': 'High St' }, { address: { street: 'High St' } }],
    ['further in', { 'address.at.floor': '3' }, { address: { at: { floor: 3 } } }],
    [
      'into rows',
      { 'people[0].name': 'Ada', 'people[1].name': 'Bob', 'people[1].news': 'on', 'people[1].days': 'mon' },
      {
        people: [
          { name: 'Ada', days: [], news: false },
          { name: 'Bob', days: ['mon'], news: true },
        ],
      },
    ],
    ['into rows with dots', { 'people.0.age': '36' }, { people: [{ age: 36, days: [], news: false }] }],
    [
      'into rows of which some are gone, in any order',
      { 'people[999999999].name': 'Bob', 'people[2].name': 'Ada' },
      {
        people: [
          { name: 'Ada', days: [], news: false },
          { name: 'Bob', days: [], news: false },
        ],
      },
    ],
    ['into a record', { 'extra.one': '1', 'extra[2]': '2' }, { extra: { one: 1, 2: 2 } }],
    ['into what may be anything', { 'loose.a': '1', 'loose.list[0]': 'x' }, { loose: { a: '1', list: ['x'] } }],
    ['of a list, as some write it', { 'people[0].days[]': 'mon' }, { people: [{ days: ['mon'], news: false }] }],
    ['that the schema has as it is', { 'with.dot': 'x' }, { 'with.dot': 'x' }],
    ['that leads nowhere', { 'go.x': '17', 'address..street': 'x' }, { 'go.x': '17', 'address..street': 'x' }],
    ['whose place is taken', { address: 'x', 'address.street': 'y' }, { address: 'x', 'address.street': 'y' }],
  ]
  it.each(names)('that leads %s', (_, fields, meant) => {
    const payload = read(Form, fields) as Record<string, unknown>
    expect(payload).toEqual({ ...(read(Form, {}) as object), ...meant })
    expect(Object.keys(rest).every((name) => name in payload)).toBe(true)
  })

  it.each([
    '__proto__.polluted',
    'constructor.prototype.polluted',
    'loose.__proto__.polluted',
    'loose[__proto__][polluted]',
    'people[0].__proto__.polluted',
    `loose${'.a'.repeat(40)}`,
    `people${'[0]'.repeat(40)}`,
  ])('%s reaches no prototype and no depth: it stays as it is', (name) => {
    expect(read(Form, { [name]: 'x' })).toMatchObject({ [name]: 'x' })
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })

  it('leads back: a problem is shown at the row of the form', () => {
    const { shownAt } = fromForm(shapeOf(Form, 'input'), { 'people[2].name': 'Ada', 'people[5].name': 'Bob' })
    expect([
      shownAt(['people', 0, 'name']),
      shownAt(['people', 1, 'days', 0]),
      shownAt(['people', 2, 'name']),
      shownAt(['address', 'street']),
      shownAt([]),
    ]).toEqual([['people', 2, 'name'], ['people', 5, 'days', 0], ['people', 2, 'name'], ['address', 'street'], []])
  })
})

describe('a union of objects', () => {
  const Payment = z.discriminatedUnion('method', [
    z.object({ method: z.literal('card'), amount: z.number(), save: z.boolean() }),
    z.object({ method: z.literal('invoice'), amount: z.string(), copies: z.array(z.string()) }),
  ])
  const Company = z.discriminatedUnion('company', [
    z.object({ company: z.literal(true), vat: z.number() }),
    z.object({ company: z.literal(false), news: z.boolean() }),
  ])
  const Either = z.union([z.object({ a: z.number() }), z.object({ b: z.boolean() })])
  const unions: [z.ZodType, Record<string, unknown>, object][] = [
    [Payment, { method: 'card', amount: '3' }, { method: 'card', amount: 3, save: false }],
    [Payment, { method: 'invoice', amount: '3' }, { method: 'invoice', amount: '3', copies: [] }],
    [Payment, { method: 'cash', amount: '3' }, { method: 'cash', amount: '3' }],
    [Payment, {}, {}],
    [Company, { company: 'on', vat: '7' }, { company: true, vat: 7 }],
    [Company, {}, { company: false, news: false }],
    [Either, { a: '3' }, { a: 3 }],
    [
      z.intersection(z.object({ a: z.number() }), Payment),
      { a: '3', method: 'card' },
      { a: 3, method: 'card', save: false },
    ],
    [z.intersection(z.object({ a: z.number() }), z.object({ b: z.boolean() })), { a: '3' }, { a: 3, b: false }],
  ]
  it.each(unions)('is the one that is named (%#)', (schema, fields, meant) => {
    expect(read(schema, fields)).toEqual(meant)
  })

  it('may contain itself', () => {
    const Node: z.ZodType = z.object({
      size: z.number(),
      inner: z.lazy(() => Node).optional(),
      all: z.array(z.lazy(() => Node)),
    })
    expect(read(Node, { 'inner.size': '1', 'inner.all[0].size': '2' })).toEqual({
      inner: { size: 1, all: [{ size: 2, all: [] }] },
      all: [],
    })
    const Endless: z.ZodType = z.object({ inner: z.lazy(() => Endless) })
    expect(read(Endless, {})).toMatchObject({ inner: { inner: {} } })
  })
})

describe('the schema of a validator that tells nothing', () => {
  const silent: StandardSchemaV1 = { '~standard': { version: 1, vendor: 'own', validate: (value) => ({ value }) } }
  const fail = () => {
    throw new Error('no')
  }
  const throwing = { '~standard': { ...silent['~standard'], jsonSchema: { input: fail, output: fail } } }
  it.each([silent, throwing])('leaves values as they come', (schema) => {
    const fields = { 'address.street': 'x', age: '3', days: 'mon', 0: 'zero' }
    expect(read(schema, fields)).toEqual(fields)
  })
})

describe('the payload of JSON', () => {
  const Form = z.object({
    born: z.date().optional(),
    when: z.union([z.date(), z.string()]).optional(),
    size: z.bigint().optional(),
    tags: z.set(z.string()).optional(),
    list: z.array(z.object({ on: z.date() })).optional(),
    count: z.number().optional(),
    news: z.boolean().optional(),
    days: z.array(z.string()).optional(),
  })
  const payloads: [object, object][] = [
    [{ born: '2026-11-28T09:30:00.000Z' }, { born: at('2026-11-28T09:30:00Z') }],
    [{ born: at('2026-11-28') }, { born: at('2026-11-28') }],
    [{ when: '2026-11-28' }, { when: '2026-11-28' }],
    [{ size: '17' }, { size: 17n }],
    [{ tags: ['a'] }, { tags: new Set(['a']) }],
    [{ list: [{ on: '2026-11-28' }] }, { list: [{ on: at('2026-11-28') }] }],
    [
      { count: '3', news: 'on', days: 'mon' },
      { count: '3', news: 'on', days: 'mon' },
    ],
    [{ 'list[0].on': '2026-11-28' }, { 'list[0].on': '2026-11-28' }],
    [{}, {}],
  ]
  it.each(payloads)('says in text only what it has no type for: %j', (sent, meant) => {
    expect(fromJson(shapeOf(Form, 'input'), sent)).toEqual(meant)
  })
})
