// The chart of a flow: its steps, transitions, regions, read off the machine once, before any session.

import { type Ahead, stepsAhead } from './ahead.ts'
import { nodesWithin, type StateNode } from './nodes.ts'
import { type Region, regionAt } from './regions.ts'
import { type Step, toStep } from './steps.ts'
import { listensFor, type Transition, transitionsOf } from './transitions.ts'

export type Chart = Ahead & {
  /** Every state node, parents before children. */
  readonly nodes: readonly StateNode[]
  /** All steps, in document order. */
  readonly steps: readonly Step[]
  readonly stepsById: ReadonlyMap<string, Step>
  /** The step a state node is. */
  readonly stepOf: ReadonlyMap<StateNode, Step>
  /** The transitions written on each state node. */
  readonly transitions: ReadonlyMap<StateNode, readonly Transition[]>
  /** The events from outside that each state node takes, by itself or by a state around it. */
  readonly listens: ReadonlyMap<StateNode, ReadonlySet<string>>
  /** The whole machine as a region, and every region of a parallel state that has inner states. */
  readonly regions: ReadonlyMap<StateNode, Region>
}

/** The chart of a machine. `events` are the types that may come from outside. */
export function chartOf(machine: { readonly root: StateNode }, events: readonly string[]): Chart {
  const nodes = nodesWithin(machine.root)
  const byNode = <T>(of: (node: StateNode) => T): Map<StateNode, T> => new Map(nodes.map((node) => [node, of(node)]))
  const stepOf = new Map([...byNode(toStep)].flatMap(([node, step]) => (step ? [[node, step]] : [])))
  const transitions = byNode(transitionsOf)
  const of = { nodes, stepOf, transitions, events }
  const root = regionAt(of, machine.root)
  const inner = nodes.filter(({ type, parent }) => type === 'compound' && parent?.type === 'parallel')
  const steps = [...stepOf.values()]
  return {
    nodes,
    steps,
    stepsById: new Map(steps.map((step) => [step.id, step])),
    stepOf,
    transitions,
    listens: byNode((node) => new Set(events.filter((type) => listensFor(node, type)))),
    regions: new Map([root, ...inner.map((node) => regionAt(of, node))].map((region) => [region.node, region])),
    ...stepsAhead(of, root),
  }
}

export type FlowNode = { id: string; parent: string | null; type: string; step: { path: string; title: string } | null }
/** `event` is the type that takes the edge; `''` is an eventless one. `guarded` edges may be refused. */
export type FlowEdge = { from: string; to: string; event: string; guarded: boolean }
export type FlowGraph = { nodes: FlowNode[]; edges: FlowEdge[] }

/** A chart as plain data. Edges are transitions as written; those that lead back (`xstate.route`) are left out. */
export function toGraph({ nodes, stepOf, transitions }: Chart): FlowGraph {
  return {
    nodes: nodes.map((node) => {
      const { path, title } = stepOf.get(node) ?? {}
      const step = path === undefined || title === undefined ? null : { path, title }
      return { id: node.id, parent: node.parent?.id ?? null, type: node.type, step }
    }),
    edges: [...transitions].flatMap(([node, list]) =>
      list.flatMap(({ event, target, guarded }) => target.map((to) => ({ from: node.id, to: to.id, event, guarded }))),
    ),
  }
}
