// Contexts that the messages of the fixtures can hold, any of them and the least.

import type { DescMessage } from '@bufbuild/protobuf'
import fc from 'fast-check'
import { Plan } from '../../fixtures/checkout.gen.ts'
import type { PlainCodec } from '../codec/codec.ts'
import { checkout } from '../flow/checkout.fixture.ts'
import { newRecord, type SessionRecord } from '../turn/record.ts'
import { start } from '../turn/session.fixture.ts'
import { protobufCodec } from './codec.ts'

export const withContext = (context: unknown): SessionRecord =>
  newRecord(checkout, { status: 'active', value: 'shipping', context }, start)
export const codecFor = (schema: DescMessage): PlainCodec => protobufCodec({ contexts: { [checkout.id]: schema } })

export const numbers = {
  ...{ double: 0, float: 0, int32: 0, int64: 0n, uint32: 0, uint64: 0n, sint32: 0, sint64: 0n },
  ...{ fixed32: 0, fixed64: 0n, sfixed32: 0, sfixed64: 0n, bool: false },
}
/** The least that has to be there. */
export const empty = {
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
export const context = fc.letrec((tie) => ({
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
