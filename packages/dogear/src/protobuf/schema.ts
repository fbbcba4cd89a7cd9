// The schemas that a codec is given, as far as their messages can carry plain data.

import type { DescField, DescMessage } from '@bufbuild/protobuf'
import { FeatureSet_FieldPresence, TimestampSchema } from '@bufbuild/protobuf/wkt'
import { anObject, type Check, must } from '../wiring.ts'

/** A message that is a `Date` among plain data. */
export const isTimestamp = ({ typeName }: DescMessage): boolean => typeName === TimestampSchema.typeName

/** True if the message tells a missing field from one with the value that such a field begins with. */
export const canBeMissing = ({ presence }: DescField): boolean => presence === FeatureSet_FieldPresence.EXPLICIT

const aSchema = must(
  'the schema of a message, such as CheckoutSchema of the generated code',
  (value) => (value as DescMessage | null)?.kind === 'message',
)

/** Finds what is wrong with schemas by the ids of flows. */
export const schemasByFlow: Check = (value, path) => {
  const wrong = anObject(value, path)
  if (wrong.length > 0) return wrong
  return Object.entries(value as Record<string, unknown>).flatMap(([flow, schema]) => {
    const at = `${path}.${flow}`
    const unlike = aSchema(schema, at)
    return unlike.length > 0 ? unlike : [...reachable(schema as DescMessage)].flatMap(problemsIn).map(placed(at))
  })
}

const placed = (path: string) => (problem: string) => `${path}: ${problem}`

/** The message and those inside of it, at any depth. */
function reachable(schema: DescMessage, found: Set<DescMessage> = new Set()): Set<DescMessage> {
  if (found.has(schema)) return found
  found.add(schema)
  for (const { message } of schema.fields) if (message) reachable(message, found)
  return found
}

/** The messages of the library that are something else than a message in JavaScript are no plain data either. */
function problemsIn(schema: DescMessage): string[] {
  if (isTimestamp(schema)) return []
  if (schema.typeName.startsWith('google.protobuf.'))
    return [`${schema.typeName} cannot be stored; of these types, only google.protobuf.Timestamp is known`]
  return schema.fields.flatMap((field) =>
    'longAsString' in field && field.longAsString
      ? [`${schema.typeName}.${field.name} has jstype = JS_STRING; leave that out, its value is a bigint`]
      : [],
  )
}
