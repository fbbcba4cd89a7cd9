// The fields of a form as a tree, by the parts of their names.

import { segmentsOf } from '../../field-names.ts'
import type { Shape } from './shape.ts'

export type Part = { leaf: unknown } | { inner: Map<string, Part> }

/**
 * The fields by the first part of their names, those inside it by the next, as long as the schema has a place for them:
 * a field of no such name stays under its whole name, and so does one whose place is taken.
 */
export function treeOf(shape: Shape, fields: Readonly<Record<string, unknown>>): Map<string, Part> {
  const tree = new Map<string, Part>()
  for (const [name, leaf] of Object.entries(fields)) {
    const path = pathIn(shape, name)
    if (!put(tree, path, { leaf })) tree.set(name, { leaf })
  }
  return tree
}

function pathIn({ alternatives }: Shape, name: string): readonly string[] {
  const objects = alternatives.filter((one) => one.kind === 'object')
  const segments = segmentsOf(name)
  if (!segments || objects.some(({ members }) => members.has(name))) return [name]
  const [first = name] = segments
  const inside = objects.flatMap(({ members, rest }) => (members.get(first)?.shape ?? rest)?.alternatives ?? [])
  const leads = inside.some(({ kind }) => kind === 'object' || kind === 'list' || kind === 'any')
  return leads ? segments : [name]
}

/** False if a field is in the way. */
function put(tree: Map<string, Part>, path: readonly string[], part: Part): boolean {
  const [name = '', ...rest] = path
  const there = tree.get(name)
  if (rest.length === 0) {
    if (there) return false
    tree.set(name, part)
    return true
  }
  if (there && !('inner' in there)) return false
  const inner = there?.inner ?? new Map<string, Part>()
  if (!put(inner, rest, part)) return false
  tree.set(name, { inner })
  return true
}
