// Payloads made from a JSON Schema, for walking a flow whose author gave no examples.

import type { JsonSchema } from './shape.ts'

/** One payload for each alternative of the schema. It ignores patterns: events with patterns need given examples. */
export function examplesOf(schema: JsonSchema): object[] {
  const all = (schema.anyOf ?? schema.oneOf) as JsonSchema[] | undefined
  if (all) return all.flatMap(examplesOf)
  const value = exampleOf(schema)
  return [typeof value === 'object' && value !== null ? value : {}]
}

function exampleOf(schema: JsonSchema | boolean | undefined): unknown {
  if (typeof schema !== 'object') return 'example'
  if ('const' in schema) return schema.const
  if ('default' in schema) return schema.default
  const listed = (schema.enum ?? schema.examples) as unknown[] | undefined
  if (listed?.length) return listed[0]
  const choices = (schema.anyOf ?? schema.oneOf) as JsonSchema[] | undefined
  if (choices?.length) return exampleOf(choices[0])
  switch ([schema.type].flat()[0]) {
    case 'object': {
      const properties = (schema.properties ?? {}) as Record<string, JsonSchema>
      const required = (schema.required ?? []) as string[]
      return Object.fromEntries(required.map((name) => [name, exampleOf(properties[name])]))
    }
    case 'array':
      return Array.from({ length: Number(schema.minItems ?? 0) }, () => exampleOf(schema.items as JsonSchema))
    case 'integer':
    case 'number':
      return Number(schema.minimum ?? (schema.exclusiveMinimum === undefined ? 1 : Number(schema.exclusiveMinimum) + 1))
    case 'boolean':
      return true
    case 'null':
      return null
    default:
      return text(schema)
  }
}

const formats: Readonly<Record<string, string>> = {
  email: 'ada@example.org',
  date: '1990-12-10',
  'date-time': '1990-12-10T12:00:00.000Z',
  time: '12:00:00',
  uri: 'https://example.org/',
  uuid: '7c9e6679-7425-40de-944b-e07fc1f90ae7',
}

function text({ format, minLength = 0 }: JsonSchema): string {
  const known = formats[String(format)] ?? 'example'
  return known.length >= Number(minLength) ? known : known.padEnd(Number(minLength), 'e')
}
