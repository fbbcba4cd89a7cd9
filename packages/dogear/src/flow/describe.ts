// A machine as a graph: its nodes and the edges between them, for progress, documentation and checks.

import { allNodes, type Machine, type StateNode } from './machine.ts'

export type FlowNode = { id: string; parent: string | null; type: string; step: { path: string; title: string } | null }
/** `event` is the type that takes the edge; `''` is an eventless one. `guarded` edges may be refused. */
export type FlowEdge = { from: string; to: string; event: string; guarded: boolean }
export type FlowGraph = { nodes: FlowNode[]; edges: FlowEdge[] }

/** Nodes and edges of a machine. Edges lead where they are written to lead; ways back (`xstate.route`) are left out. */
export function describe(machine: Machine): FlowGraph {
  const all = allNodes(machine)
  const nodes = all.map((node) => ({
    id: node.id,
    parent: node.parent?.id ?? null,
    type: node.type,
    step: stepMeta(node),
  }))
  const edges = all.flatMap((node) =>
    transitionsOf(node).flatMap(({ event, target, guarded }) =>
      target.map((to) => ({ from: node.id, to: to.id, event, guarded })),
    ),
  )
  return { nodes, edges }
}

/** The page a state node stands for, if it is a step. */
export function stepMeta(node: StateNode): { path: string; title: string } | null {
  const step = (node.meta as { step?: { path?: unknown; title?: unknown } } | undefined)?.step
  return step && typeof step.path === 'string' ? { path: step.path, title: String(step.title ?? step.path) } : null
}

/** The transitions written on a node itself, without ways back. */
export function transitionsOf(node: StateNode): { event: string; target: StateNode[]; guarded: boolean }[] {
  const own = [...node.transitions.entries()].flatMap(([event, list]) =>
    event === 'xstate.route' ? [] : list.map((t) => ({ event, t })),
  )
  const always = (node.always ?? []).map((t) => ({ event: '', t }))
  return [...own, ...always].map(({ event, t }) => ({
    event,
    target: (t.target ?? []) as StateNode[],
    guarded: t.guard !== undefined,
  }))
}

/** Whether `node`, or a state around it, takes events of `type` if their guards agree. */
export function listensFor(node: StateNode, type: string): boolean {
  for (let at: StateNode | undefined = node; at; at = at.parent) {
    const own = [...at.transitions.entries()].filter(([descriptor]) => matches(descriptor, type)).flatMap(([, t]) => t)
    if (own.some((t) => t.target || t.actions.length > 0)) return true
    // Written without target and actions, an event is forbidden here and goes no further.
    if (own.some((t) => t.guard === undefined)) return false
  }
  return false
}

// `form.*` stands for `form`, `form.sent` and all below; `*` for everything.
export const matches = (descriptor: string, type: string): boolean =>
  descriptor === type ||
  descriptor === '*' ||
  (descriptor.endsWith('.*') && `${type}.`.startsWith(descriptor.slice(0, -1)))
