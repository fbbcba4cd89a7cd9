// The shape of a flow: the part of it that saved sessions or open pages depend on, as plain data.

import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { Chart } from '../../flow/chart.ts'
import type { Flow } from '../../flow/define.ts'
import type { StateNode } from '../../flow/nodes.ts'

export type JsonSchema = { readonly [key: string]: unknown }

/** One state. `on` maps event types to the ids of their targets, `invoke` maps ids to actors; `after` lists delays. */
export type StateShape = {
  type: string
  parent: string | null
  step: { path: string; title: string } | null
  on: Readonly<Record<string, readonly string[]>>
  after: readonly string[]
  invoke: Readonly<Record<string, string>>
}

/** A schema is null if it has no JSON Schema. */
export type Shape = {
  machine: string
  states: Readonly<Record<string, StateShape>>
  events: Readonly<Record<string, JsonSchema | null>>
  delays: readonly string[]
  actors: readonly string[]
  context: JsonSchema | null
}

/** The shape of a flow. It does not depend on the order in which the flow's members were written. */
export function shapeOf({ machine, chart, events, serverEvents, context }: Flow): Shape {
  const schemas = Object.entries({ ...events, ...serverEvents })
  const sorted = [...chart.nodes].sort((a, b) => (a.id < b.id ? -1 : 1))
  return {
    machine: machine.root.id,
    states: Object.fromEntries(sorted.map((node) => [node.id, stateShape(chart, node)])),
    events: fromEntries(schemas.map(([type, schema]) => [type, jsonSchemaOf(schema, 'input')])),
    delays: Object.keys(machine.implementations.delays).sort(),
    actors: Object.keys(machine.implementations.actors).sort(),
    context: context ? jsonSchemaOf(context, 'output') : null,
  }
}

function stateShape({ stepOf, transitions }: Chart, node: StateNode): StateShape {
  const step = stepOf.get(node)
  const on: Record<string, string[]> = {}
  for (const { event, target } of transitions.get(node) ?? []) {
    // Timers and results are listed by `after` and `invoke`.
    if (event.startsWith('xstate.')) continue
    on[event] = [...new Set([...(on[event] ?? []), ...target.map(({ id }) => id)])].sort()
  }
  return {
    type: node.type,
    parent: node.parent?.id ?? null,
    step: step ? { path: step.path, title: step.title } : null,
    on: fromEntries(Object.entries(on)),
    after: [...new Set(node.after.map(({ delay }) => String(delay)))].sort(),
    invoke: fromEntries(node.invoke.map(({ id, src }) => [id, String(src)])),
  }
}

function fromEntries<T>(entries: readonly (readonly [string, T])[]): Record<string, T> {
  return Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)))
}

type Converter = (options: { target: string; libraryOptions: Record<string, unknown> }) => unknown

/**
 * The JSON Schema of a Standard Schema that has one (https://standardschema.dev/json-schema; zod from 4.2), else null.
 * A type JSON Schema cannot express, such as a date, is left open.
 */
export function jsonSchemaOf(schema: StandardSchemaV1, side: 'input' | 'output'): JsonSchema | null {
  const { jsonSchema } = schema['~standard'] as { jsonSchema?: Partial<Record<'input' | 'output', Converter>> }
  try {
    const made = jsonSchema?.[side]?.({ target: 'draft-2020-12', libraryOptions: { unrepresentable: 'any' } })
    if (typeof made !== 'object' || made === null) return null
    const { $schema: _, ...shape } = made as JsonSchema
    return shape
  } catch {
    return null
  }
}
