// Plain data as a message. A value that would not come back as it is, is refused with its path.

import { create, type DescField, type DescMessage, type Message } from '@bufbuild/protobuf'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { DogearError } from '../errors.ts'
import { isPlain, placeOf } from '../plain-data.ts'
import { fitsKey, scalars } from './scalars.ts'
import { canBeMissing, isTimestamp } from './schema.ts'

/** The path of the value that is looked at: it changes from one to the next. */
type Walked = (string | number)[]
type Members = Record<string, unknown>
type Oneof = { case?: string; value?: unknown }

/** The message that holds `data`, plain data found at `path`. Throws `not_serializable`. */
export function messageOf(schema: DescMessage, data: unknown, path: Walked): Message {
  if (isTimestamp(schema)) return data instanceof Date ? timestampFromDate(data) : refuse(data, 'a Date', path)
  const members = membersOf(data, `an object for ${schema.typeName}`, path)
  // A member that is undefined is not there.
  for (const name of Object.keys(members))
    if (members[name] !== undefined && !Object.hasOwn(schema.field, name))
      at(path, name, () => refuse(members[name], `no member: ${schema.typeName} has no such field`, path))
  const message = create(schema) as Message & Members
  for (const field of schema.fields) {
    const name = field.localName
    path.push(name)
    const value = Object.hasOwn(members, name) ? members[name] : undefined
    if (value !== undefined) put(message, field, contentOf(field, value, path), path)
    else if (!canBeMissing(field)) refuse(value, `there, as the field is not optional in ${schema.typeName}`, path)
    path.pop()
  }
  return message
}

function put(message: Members, field: DescField, value: unknown, path: Walked): void {
  if (!field.oneof) {
    message[field.localName] = value
    return
  }
  const { localName } = field.oneof
  const taken = (message[localName] as Oneof).case
  if (taken !== undefined) refuse(value, `missing, as "${taken}" of the same oneof is there`, path)
  message[localName] = { case: field.localName, value } satisfies Oneof
}

function contentOf(field: DescField, value: unknown, path: Walked): unknown {
  if (field.fieldKind === 'list') {
    if (!Array.isArray(value)) return refuse(value, 'a list', path)
    return value.map((item, index) => at(path, index, () => partOf(field, item, path)))
  }
  return field.fieldKind === 'map' ? mapOf(field, value, path) : partOf(field, value, path)
}

function mapOf(field: DescField & { fieldKind: 'map' }, value: unknown, path: Walked): Members {
  const entries = Object.entries(membersOf(value, 'an object', path)).filter(([, item]) => item !== undefined)
  const written = entries.map(([name, item]) =>
    at(path, name, () => {
      if (!fitsKey(field.mapKey, name)) refuse(item, `at a key that is ${scalars[field.mapKey].what}`, path)
      return [name, partOf(field, item, path)] as const
    }),
  )
  return Object.fromEntries(written)
}

/** A single value, an item of a list, a value of a map. */
function partOf({ message, enum: known, scalar }: DescField, value: unknown, path: Walked): unknown {
  if (message) return messageOf(message, value, path)
  if (scalar !== undefined) return scalars[scalar].fits(value) ? value : refuse(value, scalars[scalar].what, path)
  const isKnown = known?.values.some(({ number }) => Object.is(number, value))
  return isKnown ? value : refuse(value, `a number of ${known?.typeName}`, path)
}

function membersOf(value: unknown, what: string, path: Walked): Members {
  return typeof value === 'object' && value !== null && isPlain(value) ? value : refuse(value, what, path)
}

function at<T>(path: Walked, name: string | number, look: () => T): T {
  path.push(name)
  const found = look()
  path.pop()
  return found
}

function refuse(value: unknown, what: string, path: Walked): never {
  const message = `cannot store ${kindOf(value)} at ${placeOf(path)}: it must be ${what}`
  throw new DogearError('not_serializable', message)
}

/** The kind of a value, for a message: the value itself may be somebody's secret. */
function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (typeof value === 'string') return 'a text'
  if (typeof value !== 'object') return `a ${typeof value}`
  if (Array.isArray(value)) return 'a list'
  return isPlain(value) ? 'an object' : `a ${value.constructor.name}`
}
