// Lint for the payloads of events: members that cannot be sent, or that no machine sees.

import type { StandardSchemaV1 } from '@standard-schema/spec'
import { isPrototypeName, isReserved, segmentsOf } from '../../field-names.ts'
import { type Shape, shapeOf } from './shape.ts'

/** The problems of one event's schema, each starting with where it is: `at`. */
export function lintFields(at: string, schema: StandardSchemaV1): string[] {
  const sent = membersOf(shapeOf(schema, 'input'))
  const problems = [...sent].flatMap((name) => {
    const why = unsendable(name, sent)
    return why ? [`${at}: "${name}" ${why}`] : []
  })
  // A payload may have a `type` that a transform gives another name: the machine's event has its own.
  if (membersOf(shapeOf(schema, 'output')).has('type'))
    problems.push(`${at}: the machine would not see "type", as it is the event's own; transform it to another name`)
  return problems
}

function unsendable(name: string, names: ReadonlySet<string>): string | undefined {
  if (isReserved(name)) return 'is a name that Dogear keeps for itself'
  if (isPrototypeName(name)) return 'is refused in every request, as it reaches a prototype'
  const [first = name] = segmentsOf(name) ?? []
  return first !== name && names.has(first) ? `could also be a part of "${first}"` : undefined
}

function membersOf({ alternatives }: Shape): ReadonlySet<string> {
  return new Set(alternatives.flatMap((one) => (one.kind === 'object' ? [...one.members.keys()] : [])))
}
