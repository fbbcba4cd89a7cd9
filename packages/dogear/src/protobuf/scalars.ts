// The values that come back as they were from each scalar type of Protocol Buffers.

import { ScalarType } from '@bufbuild/protobuf'

type Scalar = { what: string; fits(value: unknown): boolean }

const whole = (least: number, most: number): Scalar => ({
  what: `a whole number from ${least} to ${most}`,
  fits: (value) =>
    Number.isInteger(value) && (value as number) >= least && (value as number) <= most && !isNegative0(value),
})
const big = (least: bigint, most: bigint): Scalar => ({
  what: `a bigint from ${least} to ${most}`,
  fits: (value) => typeof value === 'bigint' && value >= least && value <= most,
})
const isNegative0 = (value: unknown) => Object.is(value, -0)

const int32 = whole(-(2 ** 31), 2 ** 31 - 1)
const uint32 = whole(0, 2 ** 32 - 1)
const int64 = big(-(2n ** 63n), 2n ** 63n - 1n)
const uint64 = big(0n, 2n ** 64n - 1n)

export const scalars: Readonly<Record<ScalarType, Scalar>> = {
  [ScalarType.DOUBLE]: { what: 'a number', fits: (value) => typeof value === 'number' },
  [ScalarType.FLOAT]: {
    what: 'a number of 32 bits (Math.fround), or let the field be a double',
    fits: (value) => typeof value === 'number' && Object.is(Math.fround(value), value),
  },
  [ScalarType.INT32]: int32,
  [ScalarType.SINT32]: int32,
  [ScalarType.SFIXED32]: int32,
  [ScalarType.UINT32]: uint32,
  [ScalarType.FIXED32]: uint32,
  [ScalarType.INT64]: int64,
  [ScalarType.SINT64]: int64,
  [ScalarType.SFIXED64]: int64,
  [ScalarType.UINT64]: uint64,
  [ScalarType.FIXED64]: uint64,
  [ScalarType.BOOL]: { what: 'true or false', fits: (value) => typeof value === 'boolean' },
  [ScalarType.STRING]: { what: 'a text', fits: (value) => typeof value === 'string' },
  [ScalarType.BYTES]: { what: 'bytes', fits: (value) => value instanceof Uint8Array },
}

/** True for the name of a member that stands for a key of this type, and is what the key is written as again. */
export function fitsKey(type: ScalarType, name: string): boolean {
  if (type === ScalarType.STRING) return true
  if (type === ScalarType.BOOL) return name === 'true' || name === 'false'
  if (!/^(0|-?[1-9]\d*)$/.test(name)) return false
  return scalars[type].fits(BigInt(name)) || scalars[type].fits(Number(name))
}
