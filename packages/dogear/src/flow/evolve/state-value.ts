// State values: finds the part of one that a machine does not know, makes the value of another place.

import type { Machine } from '../machine.ts'
import type { StateNode } from '../nodes.ts'

/**
 * A part of a state value, named by `path`, that the machine does not know. In `rest`, the innermost `region` around it
 * (or the root) starts anew; a region that is itself gone is left out of `rest`, and `region` is undefined.
 */
export type Gap = { path: string; region: StateNode | undefined; rest: unknown }

/** The first part of a state value that the machine does not know, or undefined if it knows all of it. */
export function gapIn(machine: Machine, value: unknown): Gap | undefined {
  type Around = { path: string[]; region: StateNode }
  const search = (node: StateNode, part: unknown, { path, region }: Around): Gap | undefined => {
    const unknown = (name: string): Gap => ({ path: [...path, name].join('.'), region, rest: valueAt(region, value) })
    if (typeof part === 'string') return child(node, part) ? undefined : unknown(part)
    if (!isRecord(part)) return unknown(String(part))
    const keys = Object.keys(part)
    // Only a parallel state has several active children.
    if (node.type !== 'parallel' && keys.length > 1) return unknown(keys.join('|'))
    for (const key of keys) {
      const inner = child(node, key)
      if (!inner && node.type === 'parallel')
        return { ...unknown(key), region: undefined, rest: without(node, key, value) }
      if (!inner) return unknown(key)
      const gap = search(inner, part[key], { path: [...path, key], region: node.type === 'parallel' ? inner : region })
      if (gap) return gap
    }
    return undefined
  }
  return search(machine.root, value, { path: [], region: machine.root })
}

/** The value of a machine at `node`: in its initial states, with the regions beside it as they are in `value`. */
export function valueAt(node: StateNode, value: unknown): unknown {
  return put(node, value, () => ({}))
}

/** `value` without the region `key` of `node`; the regions beside it stay as they are. */
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

/** The child state with this key. A history state is none: no machine stays in one. */
function child(node: StateNode, key: string): StateNode | undefined {
  const found = Object.hasOwn(node.states, key) ? (node.states[key] as StateNode) : undefined
  return found?.type === 'history' ? undefined : found
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
