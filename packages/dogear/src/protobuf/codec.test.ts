// Contexts survive as messages of the application's own; values and records that would lose something are refused.

import { create, createFileRegistry, type DescMessage, fromBinary, toBinary } from '@bufbuild/protobuf'
import { FileDescriptorProtoSchema, FileDescriptorSetSchema, StructSchema } from '@bufbuild/protobuf/wkt'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  CheckoutSchema,
  file_checkout,
  Plan,
  SignupFewerPlansSchema,
  SignupOneSchema,
  SignupThreeSchema,
  SignupTwoSchema,
} from '../../fixtures/checkout.gen.ts'
import { jsonCodec, msgpackCodec } from '../codec/codec.ts'
import { checkout } from '../flow/checkout.fixture.ts'
import { newRecord, type SessionRecord } from '../turn/record.ts'
import { play, script } from '../turn/script.fixture.ts'
import { start } from '../turn/session.fixture.ts'
import { protobufCodec } from './codec.ts'

const withContext = (context: unknown): SessionRecord =>
  newRecord(checkout, { status: 'active', value: 'shipping', context }, start)
const codecFor = (schema: DescMessage) => protobufCodec({ contexts: { [checkout.id]: schema } })
const codec = codecFor(CheckoutSchema)
const roundTrip = (context: unknown, by = codec) => by.decode(by.encode(withContext(context))).snapshot.context

const numbers = {
  ...{ double: 0, float: 0, int32: 0, int64: 0n, uint32: 0, uint64: 0n, sint32: 0, sint64: 0n },
  ...{ fixed32: 0, fixed64: 0n, sfixed32: 0, sfixed64: 0n, bool: false },
}
/** The least that has to be there. */
const empty = {
  ...{ name: '', plan: Plan.NONE, lines: [], counts: {}, addresses: {}, marks: {}, plans: [] },
  ...{ token: new Uint8Array(), weights: [] },
}

const text = fc.string({ unit: 'grapheme' })
const key = text.filter((name) => name !== '__proto__')
const plan = fc.constantFrom(...Object.values(Plan).filter((value) => typeof value === 'number'))
const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 })
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
const address = fc.record({ street: text, city: text }, { requiredKeys: ['street'] })
const number = {
  ...{ double: fc.double(), float: fc.float(), int32, int64, uint32, uint64, sint32: int32, sint64: int64 },
  ...{ fixed32: uint32, fixed64: uint64, sfixed32: int32, sfixed64: int64, bool: fc.boolean() },
}
const maybe = { maybeDouble: fc.double(), maybeInt64: int64, maybeBool: fc.boolean() }
const always = {
  name: text,
  plan,
  lines: fc.array(fc.record({ sku: text, title: text, quantity: int32, cents: int64 })),
  counts: fc.dictionary(key, int32),
  addresses: fc.array(fc.tuple(int64.map(String), address)).map((entries) => Object.fromEntries(entries)),
  marks: fc.dictionary(fc.constantFrom('true', 'false'), fc.uint8Array()),
  plans: fc.array(plan),
  token: fc.uint8Array(),
  weights: fc.array(fc.double()),
}
const payment = fc.oneof(
  fc.constant({}),
  fc.record({ card: text }),
  fc.record({ invoice: address }),
  fc.record({ onDelivery: fc.boolean() }),
)
const context = fc.letrec((tie) => ({
  context: fc
    .tuple(
      fc.record(
        {
          ...always,
          note: text,
          earlierPlan: plan,
          address,
          begunAt: fc.date({ noInvalidDate: true }),
          numbers: fc.record({ ...number, ...maybe }, { requiredKeys: Object.keys(number) as (keyof typeof number)[] }),
          signature: fc.uint8Array(),
          earlier: fc.option(tie('context'), { nil: undefined, maxDepth: 3 }).map((earlier) => earlier ?? empty),
        },
        { requiredKeys: Object.keys(always) as (keyof typeof always)[] },
      ),
      payment,
    )
    .map(([members, paid]) => ({ ...members, ...paid })),
})).context

describe('a context', () => {
  it('comes back as it was, whatever its message can say', () => {
    fc.assert(
      fc.property(context, (data) => {
        const again = roundTrip(data)
        expect(again).toEqual(data)
        // Equal members may still be -0, or there without a value.
        expect(roundTrip(again)).toStrictEqual(again)
        expect(Object.keys(again as object).sort()).toEqual(Object.keys(data as object).sort())
      }),
      { numRuns: 300 },
    )
  })

  it('tells a missing member from one with the value that a field begins with', () => {
    const full = {
      ...{ ...empty, note: '', earlierPlan: Plan.NONE, address: { street: '' }, begunAt: new Date(0), card: '' },
      ...{ numbers: { ...numbers, maybeDouble: 0, maybeInt64: 0n, maybeBool: false }, signature: new Uint8Array() },
    }
    expect(roundTrip(empty)).toStrictEqual(empty)
    expect(roundTrip(full)).toStrictEqual(full)
    expect(roundTrip({ ...empty, numbers })).toStrictEqual({ ...empty, numbers })
  })

  it('keeps -0, NaN and infinities in a double', () => {
    for (const double of [-0, Number.NaN, Number.NEGATIVE_INFINITY, 5e-324])
      expect(roundTrip({ ...empty, numbers: { ...numbers, double }, weights: [double] })).toStrictEqual({
        ...{ ...empty, numbers: { ...numbers, double }, weights: [double] },
      })
  })

  it('loses a member that is undefined, as a machine can clear one in no other way', () => {
    expect(roundTrip({ ...empty, note: undefined, counts: { a: undefined, b: 1 } })).toStrictEqual({
      ...{ ...empty, counts: { b: 1 } },
    })
  })

  it('of a flow without a schema is written as MessagePack', () => {
    const record = withContext({ any: new Map([[1, 2]]) })
    const other = protobufCodec({ contexts: { other: CheckoutSchema } })
    expect(other.encode(record)).toEqual(msgpackCodec().encode(record))
  })

  it('is a message that any other reader of its .proto understands', () => {
    const given = { ...empty, name: 'Ada', begunAt: new Date(1_500), card: '4242' }
    const message = create(CheckoutSchema, {
      ...{ name: 'Ada', begunAt: { seconds: 1n, nanos: 500_000_000 }, payment: { case: 'card', value: '4242' } },
    })
    const bytes = Buffer.from(codec.encode(withContext(given)))
    expect(bytes.includes(Buffer.from(toBinary(CheckoutSchema, message)))).toBe(true)
  })

  it('can be the message of a FileDescriptorSet, without generated code', () => {
    const files = [...file_checkout.dependencies, file_checkout].map(({ proto }) => proto)
    const bytes = toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file: files }))
    const schema = createFileRegistry(fromBinary(FileDescriptorSetSchema, bytes)).getMessage('shop.Checkout')
    const given = { ...empty, earlier: { ...empty, name: 'né 🦊' }, earlierPlan: Plan.PRO }
    expect(roundTrip(given, codecFor(schema as DescMessage))).toStrictEqual(given)
    expect(codecFor(schema as DescMessage).encode(withContext(given))).toEqual(codec.encode(withContext(given)))
  })

  it('shares nothing with what went in, or is stored', () => {
    const token = Uint8Array.of(1, 2)
    const stored = codec.encode(withContext({ ...empty, token }))
    const read = () => codec.decode(stored).snapshot.context as { token: Uint8Array }
    token.fill(9)
    read().token.fill(9)
    expect(read().token).toEqual(Uint8Array.of(1, 2))
  })
})

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

  it('a context that contains itself', () => {
    const circle: Record<string, unknown> = { ...empty }
    circle.earlier = circle
    expect(() => codec.encode(withContext(circle))).toThrow(expect.objectContaining({ code: 'not_serializable' }))
  })
})

const escaped = (path: string) => path.replace(/[.$[\]]/g, '\\$&')

describe('a schema that changes', () => {
  const [one, two, three] = [codecFor(SignupOneSchema), codecFor(SignupTwoSchema), codecFor(SignupThreeSchema)]
  const fewer = codecFor(SignupFewerPlansSchema)
  const between = (context: object, writer: typeof one, reader: typeof one) =>
    reader.decode(writer.encode(withContext(context))).snapshot.context
  const newer = (clue: string) =>
    expect.objectContaining({ code: 'newer_version', message: expect.stringContaining(clue), retryAfterMs: 5_000 })

  it('reads what was written with fewer fields: optional ones are missing, lists are empty', () => {
    expect(between({ name: 'Ada', coupon: 'x' }, one, two)).toStrictEqual({ name: 'Ada', coupon: 'x', plans: [] })
  })

  it('reads a field by its number under its new name, and drops one whose number is reserved', () => {
    expect(between({ name: 'Ada', coupon: 'x' }, one, three)).toStrictEqual({ fullName: 'Ada', plans: [] })
  })

  it('leaves a record alone that holds a field of a newer schema', () => {
    const context = { name: 'Ada', email: 'a@b.example', plans: [] }
    expect(() => between(context, two, one)).toThrow(newer('field 3, which shop.SignupOne'))
  })

  it('reads what a newer schema wrote as long as no field is unknown', () => {
    expect(between({ name: 'Ada', plans: [] }, two, one)).toStrictEqual({ name: 'Ada' })
  })

  it('leaves a record alone that holds a value of an enum of a newer schema', () => {
    expect(between({ name: 'Ada', plans: [1] }, two, fewer)).toStrictEqual({ name: 'Ada', plans: [1] })
    expect(() => between({ name: 'Ada', plans: [1, 2] }, two, fewer)).toThrow(newer('value 2, which shop.FewerPlans'))
  })
})

describe('the codec of sessions that are alive', () => {
  it('can be changed to and fro: every codec reads what it can, and protobufCodec reads all', () => {
    const record = withContext({ name: 'Ada', plans: [] })
    const protobuf = codecFor(SignupTwoSchema)
    for (const before of [msgpackCodec(), jsonCodec(), protobuf])
      expect(protobuf.decode(before.encode(record))).toEqual(record)
    expect(protobuf.encode(record)[0]).toBe(3)
  })

  it('leaves a message alone whose schema it was not given, and names the flow', () => {
    const bytes = codec.encode(withContext(empty))
    const unknown = expect.objectContaining({
      ...{ code: 'newer_version', message: expect.stringContaining('flow "checkout"'), retryAfterMs: 5_000 },
    })
    for (const other of [msgpackCodec(), jsonCodec(), protobufCodec({ contexts: { other: CheckoutSchema } })])
      expect(() => other.decode(bytes)).toThrow(unknown)
  })

  it('keeps the bookkeeping of any session as it was', () => {
    const schema = createFileRegistry(contextOfFixture, () => undefined).getMessage('test.Context') as DescMessage
    fc.assert(
      fc.property(script, (turns) =>
        play(turns, ({ turn: { record } }) => {
          if (!record) return
          const given = { ...record, snapshot: { ...record.snapshot, context: { text: 'x' } } }
          expect(codecFor(schema).decode(codecFor(schema).encode(given))).toEqual(given)
        }),
      ),
      { numRuns: 30 },
    )
  })

  it('reads a record with any byte changed as a record, or refuses it', () => {
    const full = codec.encode(
      withContext({
        ...empty,
        name: 'Ada',
        address: { street: 'x' },
        plans: [1, 2],
        begunAt: new Date(5),
        counts: { a: 1 },
      }),
    )
    fc.assert(
      fc.property(fc.nat(full.length - 1), fc.nat(255), (index, value) => {
        try {
          expect(codec.decode(Uint8Array.from(full).fill(value, index, index + 1)).format).toBeTypeOf('number')
        } catch (error) {
          expect((error as { code?: string }).code).toMatch(/record_unreadable|newer_version/)
        }
      }),
      { numRuns: 2_000 },
    )
  })
})

const contextOfFixture = create(FileDescriptorProtoSchema, {
  ...{ name: 'context.proto', package: 'test', syntax: 'proto3' },
  messageType: [{ name: 'Context', field: [{ name: 'text', number: 1, type: 9, label: 1, jsonName: 'text' }] }],
})

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
