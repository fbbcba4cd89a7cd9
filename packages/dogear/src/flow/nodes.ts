// The tree of state nodes that a machine consists of.

import type { AnyMachineSnapshot, AnyStateNode } from 'xstate'

export type StateNode = AnyStateNode
/** One state of a running machine, as XState holds it in memory. */
export type Live = AnyMachineSnapshot

/** `node` and everything below it, parents before children. */
export function nodesWithin(node: StateNode): StateNode[] {
  return [node, ...Object.values<StateNode>(node.states).flatMap(nodesWithin)]
}

/** `node` and the states around it, inside out. */
export function ancestors(node: StateNode): StateNode[] {
  const around: StateNode[] = []
  for (let at: StateNode | undefined = node; at; at = at.parent) around.push(at)
  return around
}

/** True if `node` is `outer` or somewhere below it. */
export function isWithin(outer: StateNode, node: StateNode): boolean {
  return node === outer || (node.parent !== undefined && isWithin(outer, node.parent))
}

/** The active state nodes, in document order. */
export const activeNodes = ({ _nodes }: Live): readonly StateNode[] => _nodes

/**
 * The state with its nodes as its value says, in document order. XState lists them in the order they were entered, and
 * takes a transition of whichever comes first; where transitions of two regions exclude each other, it may also keep
 * nodes of both. No record keeps any of that: a state in memory and the same one stored would part ways.
 */
export function asStored(live: Live): Live {
  const nodes: StateNode[] = []
  const add = (node: StateNode, value: unknown): void => {
    nodes.push(node)
    if (typeof value === 'string') nodes.push(node.states[value] as StateNode)
    else if (typeof value === 'object' && value !== null)
      for (const [key, inner] of Object.entries<StateNode>(node.states))
        if (Object.hasOwn(value, key)) add(inner, (value as Record<string, unknown>)[key])
  }
  add(live.machine.root, live.value)
  return Object.assign(live, { _nodes: nodes, tags: new Set(nodes.flatMap(({ tags }) => tags)) })
}

/** The answer of `ask` for the last active node, in document order, for which it gives one. */
export function lastActive<T>({ _nodes }: Live, ask: (node: StateNode) => T | undefined): T | undefined {
  let last: { order: number; answer: T } | undefined
  // A turn asks several times, so this sorts nothing.
  for (const node of _nodes) {
    const answer = last && node.order < last.order ? undefined : ask(node)
    if (answer !== undefined) last = { order: node.order, answer }
  }
  return last?.answer
}
