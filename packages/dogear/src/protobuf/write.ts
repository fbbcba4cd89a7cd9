// Plain data as a message. A value that would not come back as it is has no place in it, and is refused with its path.

import { create, type DescField, type DescMessage, type Message } from '@bufbuild/protobuf'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { DogearError } from '../errors.ts'
import { isPlain, placeOf } from '../plain-data.ts'
import { shown } from '../wiring.ts'
import { fitsKey, scalars } from './scalars.ts'
import { canBeMissing, isTimestamp } from './schema.ts'

/** The place of the value that is looked at: it changes from one to the next. */
type Place = (string | number)[]
type Oneof = { case?: string; value?: unknown }

/** The message that holds `data`, plain data found at `place`. Throws `not_serializable`. */
export function messageOf(schema: DescMessage, data: unknown, place: Place): Message {
  if (isTimestamp(schema)) return data instanceof Date ? timestampFromDate(data) : refuse(data, 'a Date', place)
  const members = membersOf(data, `an object for ${schema.typeName}`, place)
  for (const [name, value] of members)
    if (!Object.hasOwn(schema.field, name))
      at(place, name, () => refuse(value, `no member: ${schema.typeName} has no such field`, place))
  const given = new Map(members)
  const message = create(schema) as Message & Record<string, unknown>
  for (const field of schema.fields)
    at(place, field.localName, () => {
      const value = given.get(field.localName)
      if (value !== undefined) put(message, field, contentOf(field, value, place), place)
      else if (!canBeMissing(field)) refuse(value, `there, as the field is not optional in ${schema.typeName}`, place)
    })
  return message
}

function put(message: Record<string, unknown>, field: DescField, value: unknown, place: Place): void {
  if (!field.oneof) {
    message[field.localName] = value
    return
  }
  const { localName } = field.oneof
  const taken = (message[localName] as Oneof).case
  if (taken !== undefined) refuse(value, `missing, as "${taken}" of the same oneof is there`, place)
  message[localName] = { case: field.localName, value } satisfies Oneof
}

function contentOf(field: DescField, value: unknown, place: Place): unknown {
  if (field.fieldKind === 'list') {
    if (!Array.isArray(value)) return refuse(value, 'a list', place)
    return value.map((item, index) => at(place, index, () => partOf(field, item, place)))
  }
  if (field.fieldKind !== 'map') return partOf(field, value, place)
  const entries = membersOf(value, 'an object', place).map(([name, item]) =>
    at(place, name, () => {
      if (!fitsKey(field.mapKey, name)) refuse(item, `at a key that is ${scalars[field.mapKey].what}`, place)
      return [name, partOf(field, item, place)] as const
    }),
  )
  return Object.fromEntries(entries)
}

/** A single value, an item of a list, a value of a map. */
function partOf({ message, enum: known, scalar }: DescField, value: unknown, place: Place): unknown {
  if (message) return messageOf(message, value, place)
  if (scalar !== undefined) return scalars[scalar].fits(value) ? value : refuse(value, scalars[scalar].what, place)
  const isKnown = known?.values.some(({ number }) => Object.is(number, value))
  return isKnown ? value : refuse(value, `a number of ${known?.typeName}`, place)
}

/** The members that are there; a member that is undefined is not. */
function membersOf(value: unknown, what: string, place: Place): [name: string, value: unknown][] {
  if (typeof value !== 'object' || value === null || !isPlain(value)) return refuse(value, what, place)
  return Object.entries(value).filter(([, member]) => member !== undefined)
}

function at<T>(place: Place, name: string | number, look: () => T): T {
  place.push(name)
  const found = look()
  place.pop()
  return found
}

function refuse(value: unknown, what: string, place: Place): never {
  const message = `cannot store ${shown(value)} at ${placeOf(place)}: it must be ${what}`
  throw new DogearError('not_serializable', message)
}
