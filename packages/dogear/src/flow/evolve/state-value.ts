// State values: what of one a machine does not know any more, and the value of standing somewhere else.

import type { Machine, StateNode } from '../machine.ts'

/**
 * A part of a state value that is not there any more: `path` names it, `scope` is the innermost region around it (or the machine's
 * root), which starts anew in `rest`. A region that is itself gone has no scope: `rest` is the value without it.
 */
export type Gap = { path: string; scope: StateNode | undefined; rest: unknown }

/** The first part of a state value that the machine does not know, or undefined if it knows all of it. */
export function gapIn(machine: Machine, value: unknown): Gap | undefined {
  const look = (
    node: StateNode,
    part: unknown,
    { path, scope }: { path: string[]; scope: StateNode },
  ): Gap | undefined => {
    const unknown = (name: string): Gap => ({ path: [...path, name].join('.'), scope, rest: valueAt(scope, value) })
    if (typeof part === 'string') return child(node, part) ? undefined : unknown(part)
    if (!isRecord(part)) return unknown(String(part))
    const keys = Object.keys(part)
    // Only regions are many at a time.
    if (node.type !== 'parallel' && keys.length > 1) return unknown(keys.join('|'))
    for (const key of keys) {
      const inner = child(node, key)
      if (!inner && node.type === 'parallel')
        return { ...unknown(key), scope: undefined, rest: without(node, key, value) }
      if (!inner) return unknown(key)
      const gap = look(inner, part[key], { path: [...path, key], scope: node.type === 'parallel' ? inner : scope })
      if (gap) return gap
    }
    return undefined
  }
  return look(machine.root, value, { path: [], scope: machine.root })
}

/** The value of standing at `node`: in its initial states, with the regions beside it as they are in `value`. */
export function valueAt(node: StateNode, value: unknown): unknown {
  return put(node, value, () => ({}))
}

// A region that is gone takes the others nothing.
const without = (node: StateNode, key: string, value: unknown): unknown =>
  put(node, value, (before) => {
    const { [key]: _, ...others } = isRecord(before) ? before : {}
    return others
  })

/** `value` with what `change` makes of the part at `node`; an empty part stands for initial states. */
function put(node: StateNode, value: unknown, change: (before: unknown) => object): unknown {
  const go = (at: StateNode, [key, ...keys]: readonly string[], before: unknown): unknown => {
    if (key === undefined) return change(before)
    const known = isRecord(before) ? before : {}
    const inner = go(at.states[key] as StateNode, keys, known[key])
    if (at.type === 'parallel') return { ...known, [key]: inner }
    return isRecord(inner) && Object.keys(inner).length === 0 ? key : { [key]: inner }
  }
  return go(node.machine.root, node.path, value)
}

/** Nobody stays in a history state, so it is none of those a value may name. */
function child(node: StateNode, key: string): StateNode | undefined {
  const found = Object.hasOwn(node.states, key) ? (node.states[key] as StateNode) : undefined
  return found?.type === 'history' ? undefined : found
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
