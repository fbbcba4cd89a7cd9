// The values an earlier schema took and a later one refuses.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { narrowing } from './narrowing.ts'
import { jsonSchemaOf } from './shape.ts'

const schemaOf = (schema: z.ZodType) => jsonSchemaOf(schema, 'input') ?? {}
const between = (before: z.ZodType, now: z.ZodType) => narrowing(schemaOf(before), schemaOf(now))
const object = (shape: z.ZodRawShape) => z.object(shape)

describe('it is narrower', () => {
  it.each<[string, z.ZodType, z.ZodType, string]>([
    [
      'to require what could be left out',
      object({ a: z.string().optional() }),
      object({ a: z.string() }),
      'a is required now, and could be left out',
    ],
    [
      'to require what was not there',
      object({}),
      object({ b: z.number() }),
      'b is required now, and was not asked for',
    ],
    [
      'to change a type',
      object({ a: z.string() }),
      object({ a: z.number() }),
      'a has to be number now, and could be string',
    ],
    [
      'to refuse null',
      object({ a: z.string().nullable() }),
      object({ a: z.string() }),
      'a has to be string now, and could be null',
    ],
    ['to drop a value', z.enum(['x', 'y']), z.enum(['x']), 'the value may no longer be "y"'],
    ['to list values', z.string(), z.enum(['x']), 'the value may only be "x" now'],
    [
      'to drop an alternative',
      z.union([object({ m: z.literal('x') }), object({ m: z.literal('y') })]),
      object({ m: z.literal('x') }),
      'm may no longer be "y"',
    ],
    ['to ask for more characters', z.string(), z.string().min(3), 'the value has a minLength of 3 now, and had none'],
    [
      'to allow fewer items',
      z.array(z.string()).max(9),
      z.array(z.string()).max(3),
      'the value has a maxItems of 3 now, and had 9',
    ],
    [
      'to narrow what is in a list',
      z.array(z.string()),
      z.array(z.string().max(2)),
      'the list[] has a maxLength of 2 now, and had none',
    ],
    ['to want another pattern', z.string().regex(/a/), z.string().regex(/b/), 'the value has another pattern now'],
    ['to forbid further members', z.looseObject({ a: z.string() }), z.strictObject({}), 'a is not taken any more'],
    [
      'to narrow something deep inside',
      object({ a: object({ b: z.number() }) }),
      object({ a: object({ b: z.number().max(3) }) }),
      'a.b has a maximum of 3 now, and had none',
    ],
  ])('%s', (_, before, now, text) => {
    expect(between(before, now)).toContain(text)
  })
})

it.each<[string, z.ZodType, z.ZodType]>([
  ['a member that may be left out', object({}), object({ a: z.string().optional() })],
  ['one that was required and is not any more', object({ a: z.string() }), object({ a: z.string().optional() })],
  ['one more value', z.enum(['x']), z.enum(['x', 'y'])],
  [
    'one more alternative',
    object({ m: z.literal('x') }),
    z.union([object({ m: z.literal('x') }), object({ m: z.literal('y') })]),
  ],
  ['numbers where whole ones were', z.int(), z.number()],
  ['null as well', z.string(), z.string().nullable()],
  ['more characters', z.string().max(3), z.string().max(5)],
  ['a member it never heard of gone', object({ a: z.string() }), z.looseObject({})],
])('takes no less with %s', (_, before, now) => {
  expect(between(before, now)).toEqual([])
})

const anySchema = fc.letrec<{ schema: object }>((tie) => ({
  schema: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(
      { type: 'string' },
      { type: 'number' },
      { type: 'null' },
      { type: 'string', maxLength: 4 },
      { enum: ['a', 'b'] },
      { const: 1 },
    ),
    fc.record({ type: fc.constant('array'), items: tie('schema') }),
    fc.record({ anyOf: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }) }),
    fc.record({
      type: fc.constant('object'),
      properties: fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('schema')),
      required: fc.uniqueArray(fc.constantFrom('a', 'b', 'c')),
    }),
  ),
})).schema

it('is never narrower than itself, whatever the order of its words', () => {
  fc.assert(
    fc.property(anySchema, (schema) => {
      const turned = JSON.parse(JSON.stringify(schema), (_, value) =>
        typeof value === 'object' && value !== null && !Array.isArray(value)
          ? Object.fromEntries(Object.entries(value).reverse())
          : value,
      )
      expect(narrowing(schema as Record<string, unknown>, turned)).toEqual([])
    }),
  )
})
