// The values a JSON Schema refuses although an earlier one took them: in words, with the place.

import { same } from '../../plain-data.ts'
import type { JsonSchema } from './shape.ts'

type Schema = JsonSchema | boolean

/**
 * The values `now` refuses and `before` took, in words; empty if there are none. Understands types, constants, lists of
 * values, members, items, bounds and alternatives. Some other keywords are only compared, the rest is ignored.
 */
export function narrowing(before: Schema, now: Schema, path = ''): string[] {
  if (now === true || before === false) return []
  const where = path || 'the value'
  if (now === false) return [`${where} is not taken any more`]
  if (before === true) return Object.keys(now).length === 0 ? [] : [`${where} has rules now, and had none`]
  if (same(before, now)) return []
  const [choices, taken] = [alternatives(before), alternatives(now)]
  if (choices.length > 1 || taken.length > 1) {
    const lost = choices.filter((choice) => !taken.some((one) => narrowing(choice, one, path).length === 0))
    const [only] = taken
    return lost.flatMap((choice) =>
      taken.length === 1 && only !== undefined
        ? narrowing(choice, only, path)
        : [`${where} may no longer be ${inWords(choice)}`],
    )
  }
  const first = values(before)
  if (first) return lostValues(first, now, where)
  if (values(now)) return [`${where} may only be ${inWords(now)} now`]
  const types = typesOf(now)
  const lost = typesOf(before).filter(
    (type) => !types.includes(type) && !(type === 'integer' && types.includes('number')),
  )
  if (types.length > 0 && (lost.length > 0 || typesOf(before).length === 0))
    return [`${where} has to be ${types.join(' or ')} now, and could be ${lost.join(' or ') || 'anything'}`]
  return [...members(before, now, path), ...items(before, now, path), ...bounds(before, now, where)]
}

function lostValues(first: readonly unknown[], now: JsonSchema, where: string): string[] {
  const second = values(now)
  const types = typesOf(now)
  const takes = (value: unknown) =>
    second ? second.some((one) => same(one, value)) : types.length === 0 || types.includes(typeName(value))
  const lost = first.filter((value) => !takes(value))
  return lost.length === 0 ? [] : [`${where} may no longer be ${inWords({ enum: lost })}`]
}

function members(before: JsonSchema, now: JsonSchema, path: string): string[] {
  const at = (name: string) => (path ? `${path}.${name}` : name)
  const [old, today] = [propertiesOf(before), propertiesOf(now)]
  const required = listOf(now.required)
  const asked = required
    .filter((name) => !listOf(before.required).includes(name))
    .map((name) => `${at(name)} is required now${name in old ? ', and could be left out' : ', and was not asked for'}`)
  const changed = Object.entries(old).flatMap(([name, schema]) => {
    const next = today[name]
    if (next !== undefined) return narrowing(schema, next, at(name))
    return now.additionalProperties === false ? [`${at(name)} is not taken any more`] : []
  })
  return [...asked, ...changed]
}

function items(before: JsonSchema, now: JsonSchema, path: string): string[] {
  if (now.items === undefined || same(before.items, now.items)) return []
  return narrowing((before.items ?? true) as Schema, now.items as Schema, `${path || 'the list'}[]`)
}

const least = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems'] as const
const most = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems'] as const
const exact = ['pattern', 'format', 'multipleOf', 'allOf', 'not', 'uniqueItems', 'propertyNames'] as const

function bounds(before: JsonSchema, now: JsonSchema, where: string): string[] {
  const number = (value: unknown, otherwise: number) => (typeof value === 'number' ? value : otherwise)
  return [
    ...[
      ...least.filter((word) => number(now[word], -Infinity) > number(before[word], -Infinity)),
      ...most.filter((word) => number(now[word], Infinity) < number(before[word], Infinity)),
    ].map((word) => `${where} has a ${word} of ${now[word]} now, and had ${before[word] ?? 'none'}`),
    ...exact
      .filter((word) => now[word] !== undefined && !same(now[word], before[word]))
      .map((word) => `${where} has another ${word} now`),
  ]
}

function alternatives(schema: Schema): Schema[] {
  if (typeof schema === 'boolean') return [schema]
  const list = (schema.anyOf ?? schema.oneOf) as Schema[] | undefined
  return list?.flatMap(alternatives) ?? [schema]
}

function values(schema: Schema): readonly unknown[] | undefined {
  if (typeof schema === 'boolean') return undefined
  if ('const' in schema) return [schema.const]
  return Array.isArray(schema.enum) ? schema.enum : undefined
}

function inWords(schema: Schema): string {
  const known = values(schema)
  if (known) return known.map((value) => JSON.stringify(value)).join(' or ')
  if (typeof schema === 'boolean') return 'anything'
  const marks = Object.entries(propertiesOf(schema)).flatMap(([name, one]) =>
    (values(one) ?? []).map((value) => `${name}: ${JSON.stringify(value)}`),
  )
  return marks.length > 0 ? `{ ${marks.join(', ')} … }` : typesOf(schema).join(' or ') || 'what it was'
}

const propertiesOf = (schema: JsonSchema) => (schema.properties ?? {}) as Record<string, Schema>
const listOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : [])
const typesOf = ({ type }: JsonSchema): string[] => (type === undefined ? [] : [type].flat().map(String))
const typeName = (value: unknown) => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value)
