// A message as the plain data it was made of. A message that holds more than its schema knows is left alone.

import { type DescEnum, type DescField, type DescMessage, isFieldSet, type Message } from '@bufbuild/protobuf'
import { type Timestamp, timestampDate } from '@bufbuild/protobuf/wkt'
import { DogearError } from '../errors.ts'
import { canBeMissing, isTimestamp } from './schema.ts'

type Members = Record<string, unknown>

/** The data that `message` was made of. Throws `newer_version` for fields or enum values that `schema` lacks. */
export function dataOf(schema: DescMessage, message: Message): unknown {
  refuseUnknown(schema, message)
  if (isTimestamp(schema)) return dateOf(message as Timestamp)
  const data: Members = {}
  for (const field of schema.fields)
    if (!canBeMissing(field) || isFieldSet(message, field))
      data[field.localName] = contentOf(field, rawOf(field, message as unknown as Members))
  return data
}

const rawOf = ({ oneof, localName }: DescField, members: Members): unknown =>
  oneof ? (members[oneof.localName] as { value: unknown }).value : members[localName]

function contentOf(field: DescField, value: unknown): unknown {
  if (field.fieldKind === 'list') return (value as unknown[]).map((item) => partOf(field, item))
  if (field.fieldKind !== 'map') return partOf(field, value)
  return Object.fromEntries(Object.entries(value as Members).map(([key, item]) => [key, partOf(field, item)]))
}

function partOf({ message, enum: known }: DescField, value: unknown): unknown {
  if (message) return dataOf(message, value as Message)
  if (known) refuseUnknownValue(known, value)
  // Bytes are a view into the whole message.
  return value instanceof Uint8Array ? new Uint8Array(value) : value
}

function dateOf(timestamp: Timestamp): Date {
  const date = timestampDate(timestamp)
  const isExact = timestamp.nanos % 1_000_000 === 0 && !Number.isNaN(date.getTime())
  if (!isExact) throw new RangeError('a Timestamp that is no Date')
  return date
}

/** A number that is reserved is one of a field that was removed on purpose. */
function refuseUnknown({ typeName, proto }: DescMessage, { $unknown = [] }: Message): void {
  const isReserved = (no: number) => proto.reservedRange.some(({ start, end }) => no >= start && no < end)
  const unknown = $unknown.find(({ no }) => !isReserved(no))
  if (unknown) refuse(`field ${unknown.no}`, typeName, `a field that was removed has to be "reserved ${unknown.no}"`)
}

function refuseUnknownValue({ typeName, values }: DescEnum, value: unknown): void {
  if (values.every(({ number }) => number !== value))
    refuse('a value', typeName, 'a value that was written has to stay in the enum')
}

function refuse(what: string, typeName: string, remedy: string): never {
  const message = `the context has ${what} that ${typeName} of this process does not know; ${remedy}`
  throw new DogearError('newer_version', message, { retryAfterMs: 5_000 })
}
