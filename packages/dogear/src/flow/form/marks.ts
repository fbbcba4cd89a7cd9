// The marks of fields: which hold personal data, which are secret, as the flow's schemas say it.

import type { StandardSchemaV1 } from '@standard-schema/spec'
import { isPlain, maxDepth, type Path } from '../../plain-data.ts'
import { type Alternative, type Shape, shapeOf } from './shape.ts'

export type Mark = 'pii' | 'secret'

/** Fields by their mark: names, or paths such as `address.line1`. Each counts wherever a path ends with it. */
export type Marks = { readonly [M in Mark]: readonly string[] }

type Marked = {
  events: object
  context?: StandardSchemaV1 | undefined
  marks?: { readonly [M in Mark]?: readonly string[] } | undefined
  secret?: readonly string[] | undefined
}

/** The marks of a flow: those of its schemas, and those it lists itself. Fields that are never kept are secret, too. */
export function marksOf({ events, context, marks = {}, secret = [] }: Marked): Marks {
  const found: Record<Mark, Set<string>> = {
    pii: new Set(marks.pii),
    secret: new Set([...(marks.secret ?? []), ...secret]),
  }
  for (const schema of Object.values(events)) collect(shapeOf(schema as StandardSchemaV1, 'input'), found)
  for (const side of ['input', 'output'] as const) if (context) collect(shapeOf(context, side), found)
  return { pii: [...found.pii], secret: [...found.secret] }
}

function collect(top: Shape, found: Record<Mark, Set<string>>): void {
  /** `outer`: the shapes around this one, of which a schema that contains itself comes round again. */
  const into = (shape: Shape, path: readonly string[], outer: readonly Shape[]): void => {
    if (shape.mark && path.length > 0) found[shape.mark].add(path.join('.'))
    if (outer.includes(shape)) return
    for (const alternative of shape.alternatives) inside(alternative, path, [...outer, shape])
  }
  const inside = (alternative: Alternative, path: readonly string[], outer: readonly Shape[]): void => {
    if (alternative.kind === 'list')
      for (const item of [...alternative.first, alternative.rest]) into(item, path, outer)
    if (alternative.kind !== 'object') return
    for (const [name, { shape }] of alternative.members) into(shape, [...path, name], outer)
    // Members without a name of their own are marked with what holds them.
    if (alternative.rest) into(alternative.rest, path, outer)
  }
  into(top, [], [])
}

/** True if the last name of `path`, which may be one of a form such as `card[cvc]`, is one of `fields` or inside it. */
export function isMarked(fields: readonly string[], path: Path): boolean {
  if (fields.length === 0) return false
  const last = segmentsIn(path.slice(-1)).length
  const names = segmentsIn(path)
  return fields.some((field) => {
    const wanted = field.split('.')
    for (let end = names.length - last + 1; end <= names.length; end++)
      if (wanted.length <= end && wanted.every((name, at) => name === names[end - wanted.length + at])) return true
    return false
  })
}

// Forms name nested fields `card.cvc`, `card[cvc]`, `people[0].cvc`. Places in lists are no names.
const segmentsIn = (path: Path): string[] =>
  path.flatMap((part) => (typeof part === 'string' ? part.split(/[.[\]]/) : [])).filter((part) => !/^\d*$/.test(part))

/** The data with `by` in place of each of these fields, or without them; itself if there are none to look for. */
export function hidden<T>(fields: readonly string[], data: T, by?: string): T {
  if (fields.length === 0) return data
  const copy = (value: unknown, path: Path): unknown => {
    if (typeof value !== 'object' || value === null || path.length > maxDepth) return value
    if (Array.isArray(value)) return value.map((part, index) => copy(part, [...path, index]))
    if (!isPlain(value)) return value
    const members = Object.entries(value).flatMap(([name, part]): [string, unknown][] => {
      const here = [...path, name]
      if (!isMarked(fields, here)) return [[name, copy(part, here)]]
      return by === undefined ? [] : [[name, by]]
    })
    return Object.fromEntries(members)
  }
  return copy(data, []) as T
}
