// Contexts survive as messages of the application's own, through changes of the schema, and of the codec.

import { create, createFileRegistry, type DescMessage, fromBinary, toBinary } from '@bufbuild/protobuf'
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt'
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
import { play, script } from '../turn/script.fixture.ts'
import { protobufCodec } from './codec.ts'
import { codecFor, context, empty, numbers, withContext } from './contexts.fixture.ts'

const codec = codecFor(CheckoutSchema)
const roundTrip = (context: unknown, by = codec) => by.decode(by.encode(withContext(context))).snapshot.context

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
    expect(read().token.buffer.byteLength).toBe(2)
  })
})

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
    expect(() => between(context, two, one)).toThrow(newer('has field 3 that shop.SignupOne'))
  })

  it('reads what a newer schema wrote as long as no field is unknown', () => {
    expect(between({ name: 'Ada', plans: [] }, two, one)).toStrictEqual({ name: 'Ada' })
  })

  it('leaves a record alone that holds a value of an enum of a newer schema', () => {
    expect(between({ name: 'Ada', plans: [1] }, two, fewer)).toStrictEqual({ name: 'Ada', plans: [1] })
    expect(() => between({ name: 'Ada', plans: [1, 2] }, two, fewer)).toThrow(newer('has a value that shop.FewerPlans'))
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
