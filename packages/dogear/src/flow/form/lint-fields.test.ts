// Payloads that would lose a value are refused at definition; all others are let through.

import type { StandardSchemaV1 } from '@standard-schema/spec'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { lintFields } from './lint-fields.ts'

const lint = (schema: StandardSchemaV1) => lintFields('events.sent', schema)

it.each([
  ['a field of its own called type', z.object({ type: z.string() }), 'the machine would not see "type"'],
  [
    'a transform that makes a type',
    z.object({ kind: z.string() }).pipe(z.preprocess((value) => value, z.object({ type: z.string() }))),
    'the machine would not see "type"',
  ],
  ['a name that Dogear keeps', z.object({ 'dogear.step': z.string() }), '"dogear.step" is a name that Dogear keeps'],
  ['a name of a prototype', z.object({ constructor: z.string() }), '"constructor" is refused in every request'],
  [
    'a name that may lead into another',
    z.object({ address: z.object({ street: z.string() }), 'address.street': z.string() }),
    '"address.street" could also be a part of "address"',
  ],
] as [string, StandardSchemaV1, string][])('%s is a problem', (_, schema, problem) => {
  expect(lint(schema)).toEqual([expect.stringMatching(`^events\\.sent: ${problem}`)])
})

it.each([
  ['names of hidden fields without their prefix', z.object({ position: z.string(), step: z.string() })],
  ['a type that gets another name', z.object({ type: z.string() }).transform(({ type }) => ({ kind: type }))],
  ['a name with a dot', z.object({ 'address.street': z.string() })],
  ['text or a number', z.object({ amount: z.union([z.string(), z.number()]) })],
  ['what no form can say', z.object({ map: z.map(z.string(), z.number()), call: z.function() })],
  ['a schema of something else', z.string()],
] as [string, StandardSchemaV1][])('%s is none', (_, schema) => {
  expect(lint(schema)).toEqual([])
})
