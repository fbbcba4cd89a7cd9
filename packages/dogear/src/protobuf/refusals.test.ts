// A context that its message has no place for is refused when it is written, schemas when the codec is made.

import { create, createFileRegistry } from '@bufbuild/protobuf'
import { FileDescriptorProtoSchema, StructSchema } from '@bufbuild/protobuf/wkt'
import { describe, expect, it } from 'vitest'
import { CheckoutSchema, file_checkout, Plan } from '../../fixtures/checkout.gen.ts'
import { protobufCodec } from './codec.ts'
import { codecFor, empty, numbers, withContext } from './contexts.fixture.ts'

const codec = codecFor(CheckoutSchema)

describe('what the message has no place for is refused with its path', () => {
  const line = { sku: 'a', title: 'b', quantity: 1, cents: 1n }
  it.each<[string, Record<string, unknown>, string]>([
    ['a member without a field', { colour: 'red' }, 'snapshot.context.colour'],
    ['the name of the .proto instead of that of generated code', { begun_at: new Date(0) }, 'context.begun_at'],
    ['a member of every object', { toString: 'x' }, 'context.toString'],
    ['a member without a field in a list', { lines: [line, { ...line, tax: 1 }] }, 'context.lines[1].tax'],
    ['a member without a field in a map', { addresses: { 7: { street: '', zip: '' } } }, 'context.addresses.7.zip'],
    ['the name of a message', { $typeName: 'shop.Checkout' }, 'context.$typeName'],
    ['a missing member that the message cannot tell from an empty one', { name: undefined }, 'context.name'],
    ['a missing list', { lines: undefined }, 'context.lines'],
    ['a missing map', { counts: undefined }, 'context.counts'],
    ['null', { note: null }, 'context.note'],
    ['another type', { name: 1 }, 'context.name'],
    ['text instead of a number', { numbers: { ...numbers, int32: '1' } }, 'context.numbers.int32'],
    ['a number instead of a bigint', { lines: [{ ...line, cents: 1 }] }, 'context.lines[0].cents'],
    ['a fraction', { lines: [{ ...line, quantity: 1.5 }] }, 'context.lines[0].quantity'],
    ['-0 among whole numbers', { counts: { a: -0 } }, 'context.counts.a'],
    ['a number past 32 bits', { counts: { a: 2 ** 31 } }, 'context.counts.a'],
    ['a number below none', { numbers: { ...numbers, uint32: -1 } }, 'context.numbers.uint32'],
    ['a bigint past 64 bits', { numbers: { ...numbers, int64: 2n ** 63n } }, 'context.numbers.int64'],
    ['a bigint below none', { numbers: { ...numbers, uint64: -1n } }, 'context.numbers.uint64'],
    ['a number that a float would round', { numbers: { ...numbers, float: 0.1 } }, 'context.numbers.float'],
    ['a number that the enum does not have', { plan: 7 }, 'context.plan'],
    ['the name of a value of an enum', { plan: 'PRO' }, 'context.plan'],
    ['such a number in a list', { plans: [Plan.FREE, 7] }, 'context.plans[1]'],
    ['undefined in a list', { weights: [1, undefined] }, 'context.weights[1]'],
    ['a list instead of an object', { address: [] }, 'context.address'],
    ['an object instead of a list', { lines: {} }, 'context.lines'],
    ['a Map', { counts: new Map([['a', 1]]) }, 'context.counts'],
    ['a Set', { plans: new Set([1]) }, 'context.plans'],
    ['a key that is no number', { addresses: { x: { street: '' } } }, 'context.addresses.x'],
    ['a key that would be written otherwise', { addresses: { '01': { street: '' } } }, 'context.addresses.01'],
    [
      'a key past 64 bits',
      { addresses: { [String(2n ** 63n)]: { street: '' } } },
      'context.addresses.9223372036854775808',
    ],
    ['a key that is neither true nor false', { marks: { yes: new Uint8Array() } }, 'context.marks.yes'],
    ['text instead of a date', { begunAt: '1970-01-01' }, 'context.begunAt'],
    ['two members of a oneof', { card: '1', onDelivery: true }, 'context.onDelivery'],
    ['a list instead of bytes', { token: [1] }, 'context.token'],
    ['a function', { note: () => {} }, 'context.note'],
    ['a lone surrogate', { note: '\ud800' }, 'context.note'],
    ['an invalid date', { begunAt: new Date(Number.NaN) }, 'context.begunAt'],
  ])('%s', (_, members, path) => {
    expect(() => codec.encode(withContext({ ...empty, ...members }))).toThrow(
      expect.objectContaining({ code: 'not_serializable', message: expect.stringMatching(`${escaped(path)}($|[ :])`) }),
    )
  })

  it.each([
    ['nothing', undefined],
    ['a list', []],
    ['a date', new Date(0)],
  ])('%s instead of a context', (_, data) => {
    expect(() => codec.encode(withContext(data))).toThrow(expect.objectContaining({ code: 'not_serializable' }))
  })

  it.each([
    ['null', null],
    ['a text', 'secret'],
    ['a number', 4242.5],
    ['a boolean', true],
    ['a bigint', 4242n],
    ['a list', ['secret']],
    ['an object', { secret: 4242 }],
    ['a Date', new Date(4242)],
    ['a Map', new Map([['secret', 4242]])],
  ])('%s, by its kind: the message of the error has no value', (kind, value) => {
    const message = `cannot store ${kind} at snapshot.context.counts.a: it must be a whole number from -2147483648 to`
    const refused = expect.objectContaining({ message: expect.stringMatching(`^${message} 2147483647$`) })
    expect(() => codec.encode(withContext({ ...empty, counts: { a: value } }))).toThrow(refused)
  })

  it('a context that contains itself', () => {
    const circle: Record<string, unknown> = { ...empty }
    circle.earlier = circle
    expect(() => codec.encode(withContext(circle))).toThrow(expect.objectContaining({ code: 'not_serializable' }))
  })
})

const escaped = (path: string) => path.replace(/[.$[\]]/g, '\\$&')

describe('schemas are refused', () => {
  const withLong = create(FileDescriptorProtoSchema, {
    ...{ name: 'long.proto', package: 'test', syntax: 'proto3' },
    messageType: [
      { name: 'Inner', field: [{ name: 'cents', number: 1, type: 3, label: 1, options: { jstype: 1 } }] },
      { name: 'Outer', field: [{ name: 'inner', number: 1, type: 11, label: 1, typeName: '.test.Inner' }] },
    ],
  })
  const outer = createFileRegistry(withLong, () => undefined).getMessage('test.Outer')
  it.each<[string, unknown, string]>([
    ['without any', undefined, 'contexts: undefined'],
    ['that are none', { checkout: { fields: [] } }, 'contexts.checkout: an object with fields'],
    ['that are missing', { checkout: undefined }, 'contexts.checkout: undefined'],
    ['of files', { checkout: file_checkout }, 'contexts.checkout'],
    ['of messages that are no messages in JavaScript', { checkout: StructSchema }, 'google.protobuf.Struct'],
    ['with numbers as text, at any depth', { checkout: outer }, 'test.Inner.cents has jstype'],
  ])('%s', (_, contexts, clue) => {
    expect(() => protobufCodec({ contexts } as never)).toThrow(
      expect.objectContaining({ name: 'TypeError', message: expect.stringContaining(clue) }),
    )
  })
})
