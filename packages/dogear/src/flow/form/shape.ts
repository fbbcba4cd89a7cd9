// The shape of an event's payload, read from its schema: where a list, a number, a boolean, a date is meant.

import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec'
import { referenceMark } from './reference.ts'

/**
 * `only`: the values that are allowed, where the schema lists them. `any`: not known, so values stay as they come.
 * `points`: to something kept elsewhere (see `reference`).
 */
export type Alternative = (
  | { kind: 'text' | 'number' | 'boolean'; only: readonly unknown[] | undefined }
  | { kind: 'date' | 'bigint' | 'null' | 'any' }
  | { kind: 'list'; set: boolean; first: readonly Shape[]; rest: Shape }
  | ObjectShape
) & { points?: true }

/** `rest` is the shape of members without a name of their own; undefined if the schema knows no others. */
export type ObjectShape = { kind: 'object'; members: ReadonlyMap<string, Member>; rest: Shape | undefined }

/** `required` as it is sent: a member with a default is not. */
export type Member = { shape: Shape; required: boolean }

/** All that a value may be. The shape of a recursive schema contains itself. */
export type Shape = {
  readonly alternatives: readonly Alternative[]
  readonly hasDefault: boolean
  /** Said by metadata, which JSON Schema hands on: `.meta({ pii: true })`, `.meta({ secret: true })` of zod. */
  readonly mark?: 'pii' | 'secret' | undefined
}

export const anything: Shape = { alternatives: [{ kind: 'any' }], hasDefault: false }

type Json = Readonly<Record<string, unknown>>
type Reading = { root: Json; known: Map<unknown, Shape> }

/**
 * The shape of what goes into a schema, or of what comes out of it. Validators tell by Standard JSON Schema (zod does
 * since 4.2); of one that does not, or not of this schema, nothing is known.
 */
export function shapeOf(schema: StandardSchemaV1, side: 'input' | 'output'): Shape {
  try {
    const { vendor, jsonSchema } = schema['~standard'] as StandardSchemaV1.Props & Partial<StandardJSONSchemaV1.Props>
    const libraryOptions =
      vendor === 'zod' ? { unrepresentable: 'any', ...(side === 'input' && { override: mark }) } : undefined
    const root = jsonSchema?.[side]({ target: 'draft-2020-12', ...(libraryOptions && { libraryOptions }) })
    return root ? read(root, { root, known: new Map() }) : anything
  } catch {
    return anything
  }
}

const marked = 'x-dogear'

type ZodDefinition = { type: string; in?: { _zod: { def: ZodDefinition } } }

/** Notes in a JSON Schema what zod knows and JSON has no type for. */
function mark({ zodSchema, jsonSchema }: { zodSchema: { _zod: { def: ZodDefinition } }; jsonSchema: object }): void {
  const { type, in: first } = zodSchema._zod.def
  if (['date', 'bigint', 'set'].includes(type)) Object.assign(jsonSchema, { [marked]: type })
  // A `preprocess` reads the value as it was sent.
  if (type === 'pipe' && first?._zod.def.type === 'transform') Object.assign(jsonSchema, { [marked]: 'any' })
}

function read(node: unknown, reading: Reading): Shape {
  if (typeof node !== 'object' || node === null) return anything
  const known = reading.known.get(node)
  if (known) return known
  let found: readonly Alternative[] | undefined
  const shape: Shape = {
    hasDefault: 'default' in node,
    get mark() {
      return markOf(node, reading)
    },
    // Read on demand: what a schema refers to may be what is being read.
    get alternatives() {
      if (!found) {
        found = []
        found = alternativesOf(node as Json, reading)
        if ((node as Json)[referenceMark] === true) found = found.map((one) => ({ ...one, points: true }))
      }
      return found
    },
  }
  reading.known.set(node, shape)
  return shape
}

function alternativesOf(node: Json, reading: Reading): readonly Alternative[] {
  const note = node[marked]
  if (note === 'set') return [{ kind: 'list', set: true, first: [], rest: anything }]
  if (note === 'date' || note === 'bigint' || note === 'any') return [{ kind: note }]
  if (typeof node.$ref === 'string') return read(target(node.$ref, reading.root), reading).alternatives
  const options = node.anyOf ?? node.oneOf
  if (Array.isArray(options)) return options.flatMap((option) => read(option, reading).alternatives)
  if (Array.isArray(node.allOf)) return together(node.allOf.map((part) => read(part, reading)))
  return typesOf(node).map((type) => alternative(type, node, reading))
}

/** The mark of a schema, or of any of those that it is put together of: `secret` before `pii`. */
function markOf(node: unknown, reading: Reading, seen: Set<unknown> = new Set()): Shape['mark'] {
  if (typeof node !== 'object' || node === null || seen.has(node)) return undefined
  seen.add(node)
  const { secret, pii, $ref, anyOf, oneOf, allOf } = node as Json
  const parts: unknown[] = [anyOf, oneOf, allOf].flatMap((list) => (Array.isArray(list) ? list : []))
  if (typeof $ref === 'string') parts.push(target($ref, reading.root))
  const marks = parts.map((part) => markOf(part, reading, seen))
  if (secret === true || marks.includes('secret')) return 'secret'
  return pii === true || marks.includes('pii') ? 'pii' : undefined
}

function target(ref: string, root: Json): unknown {
  const keys = ref.split('/').slice(1)
  return keys.reduce<unknown>((node, key) => (node as Json | undefined)?.[unescaped(key)], root)
}

const unescaped = (key: string): string => decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~')

function typesOf({ type, const: only, enum: list }: Json): unknown[] {
  if (type !== undefined) return [type].flat()
  const values = Array.isArray(list) ? list : only === undefined ? [] : [only]
  return values.length > 0 ? [...new Set(values.map((value) => (value === null ? 'null' : typeof value)))] : ['any']
}

function alternative(type: unknown, node: Json, reading: Reading): Alternative {
  if (type === 'string') return { kind: 'text', only: onlyOf('string', node) }
  if (type === 'number' || type === 'integer') return { kind: 'number', only: onlyOf('number', node) }
  if (type === 'boolean') return { kind: 'boolean', only: onlyOf('boolean', node) }
  if (type === 'null') return { kind: 'null' }
  if (type === 'array') {
    const first = Array.isArray(node.prefixItems) ? node.prefixItems.map((item) => read(item, reading)) : []
    return { kind: 'list', set: false, first, rest: read(node.items, reading) }
  }
  if (type !== 'object') return { kind: 'any' }
  const required = Array.isArray(node.required) ? node.required : []
  const members = Object.entries((node.properties ?? {}) as Json).map(([name, member]): [string, Member] => {
    return [name, { shape: read(member, reading), required: required.includes(name) }]
  })
  const { additionalProperties: rest } = node
  return { kind: 'object', members: new Map(members), rest: rest ? read(rest, reading) : undefined }
}

function onlyOf(type: string, node: Json): readonly unknown[] | undefined {
  const list = 'const' in node ? [node.const] : node.enum
  return Array.isArray(list) ? list.filter((value) => typeof value === type) : undefined
}

/** The shape of an intersection: known if it is one of objects. */
function together(parts: readonly Shape[]): readonly Alternative[] {
  const objects = parts.flatMap(({ alternatives }) => alternatives.filter((one) => one.kind === 'object'))
  if (objects.length < parts.length || parts.some(({ alternatives }) => alternatives.length !== 1))
    return anything.alternatives
  const members = new Map(objects.flatMap((object) => [...object.members]))
  return [{ kind: 'object', members, rest: objects.map(({ rest }) => rest).find((rest) => rest !== undefined) }]
}

/** The shape of an event's payload. `beyondJson`: JSON has no way to say some of it. */
export type EventShape = { readonly shape: Shape; readonly beyondJson: boolean }

export const unknownEvent: EventShape = { shape: anything, beyondJson: false }

/** The shapes of all events; nothing is known of one whose schema is none. */
export function eventShapes(schemas: object): Readonly<Record<string, EventShape>> {
  const shapes = Object.entries(schemas).map(([type, schema]): [string, EventShape] => {
    const shape = shapeOf(schema as StandardSchemaV1, 'input')
    return [type, { shape, beyondJson: isBeyondJson(shape) }]
  })
  return Object.fromEntries(shapes)
}

function isBeyondJson(shape: Shape, seen: Set<Shape> = new Set()): boolean {
  if (seen.has(shape)) return false
  seen.add(shape)
  return shape.alternatives.some((one) => {
    if (one.kind === 'list') return one.set || [...one.first, one.rest].some((item) => isBeyondJson(item, seen))
    if (one.kind !== 'object') return one.kind === 'date' || one.kind === 'bigint'
    const inside = [...one.members.values()].map((member) => member.shape)
    return [...inside, one.rest ?? anything].some((member) => isBeyondJson(member, seen))
  })
}
