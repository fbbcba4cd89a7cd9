// The paths through a machine: the places a person can be at, the edges that lead from one to the next.

import { ancestors, isWithin, nodesWithin, type StateNode } from './nodes.ts'
import type { Step } from './steps.ts'
import { matches, type Transition } from './transitions.ts'

/** An edge is taken by an `answer` and what follows from it, by `chance` (time, failure), or by a history state. */
export type Edge = { to: StateNode; by: 'answer' | 'chance' | 'history' }

/**
 * A part of a machine in which one step follows the other: the whole machine, or one region of a parallel state. A
 * place is a state without inner states, or an outermost parallel state as a whole. `starts` are the places at which
 * the region can be entered, `edges` lead from place to place, `steps` are shown at places. Guards are not asked.
 */
export type Region = {
  node: StateNode
  starts: readonly StateNode[]
  edges: ReadonlyMap<StateNode, readonly Edge[]>
  steps: ReadonlyMap<StateNode, Step>
}

/** The nodes a region is made from. `events` are those from outside. */
export type Nodes = {
  nodes: readonly StateNode[]
  stepOf: ReadonlyMap<StateNode, Step>
  transitions: ReadonlyMap<StateNode, readonly Transition[]>
  events: readonly string[]
}

/** The region of `node`. */
export function regionAt(of: Nodes, node: StateNode): Region {
  const { nodes, transitions } = of
  const places = [...new Set(nodesWithin(node).map((one) => placeIn(node, one)))]
  const entered = nodes
    .filter((one) => !isWithin(node, one))
    .flatMap((one) => transitions.get(one) ?? [])
    .flatMap(({ target }) => target.filter((to) => to !== node && isWithin(node, to)))
  const steps = places.map((place) => [place, stepAt(of, place, node)] as const)
  return {
    node,
    starts: [...new Set([node, ...entered].map((one) => placeIn(node, one)))],
    edges: new Map(places.map((place) => [place, edgesFrom(of, node, place)])),
    steps: new Map(steps.flatMap(([place, step]) => (step ? [[place, step]] : []))),
  }
}

/** The place within `outer` at which a person enters `node`: its innermost initial, or the outermost parallel state. */
export function placeIn(outer: StateNode, node: StateNode): StateNode {
  const parallel = ancestors(node).findLast((one) => one.type === 'parallel' && isWithin(outer, one))
  if (parallel) return parallel
  const initial = node.type === 'compound' ? (node.initial.target[0] as StateNode | undefined) : undefined
  return initial ? placeIn(outer, initial) : node
}

/** The step shown at a place: its own, or that of a state around it, up to `outer` but without it. */
export function stepAt({ stepOf }: Pick<Nodes, 'stepOf'>, place: StateNode, outer?: StateNode): Step | undefined {
  // No machine stays in a history state.
  if (place.type === 'history') return undefined
  // The step of a parallel state depends on its regions, once one of them has steps.
  if (place.type === 'parallel' && nodesWithin(place).some((node) => node !== place && stepOf.has(node)))
    return undefined
  const around = ancestors(place)
  const shown = around.slice(0, outer ? around.indexOf(outer) : undefined).find((node) => stepOf.has(node))
  return shown && stepOf.get(shown)
}

function edgesFrom({ transitions, events }: Nodes, outer: StateNode, place: StateNode): Edge[] {
  const to = (targets: readonly StateNode[], by: Edge['by']): Edge[] =>
    targets.filter((one) => isWithin(outer, one)).map((one) => ({ to: placeIn(outer, one), by }))
  if (isEnd(place)) return []
  if (place.type === 'history') {
    // History may lead to any state its parent was left in.
    const remembered = nodesWithin(place.parent as StateNode).filter((node) => node !== place)
    return [...to(defaultOf(place), 'answer'), ...to(remembered, 'history')]
  }
  const byAnswer = (event: string) =>
    event === '' || event.startsWith('xstate.done.') || events.some((type) => matches(event, type))
  // A compound state is done in its own final states only.
  const done = place.type === 'final' ? place.parent : place
  const around = ancestors(place).filter((at) => isWithin(outer, at))
  return [...around, ...nodesWithin(place).slice(1)].flatMap((at) =>
    (transitions.get(at) ?? [])
      .filter(({ event }) => at === done || !around.includes(at) || event !== `xstate.done.state.${at.id}`)
      .flatMap(({ event, target }) => to(target, byAnswer(event) ? 'answer' : 'chance')),
  )
}

export function defaultOf(history: StateNode): StateNode[] {
  const parent = history.parent as StateNode
  const { target } = history.config as { target?: string | string[] }
  if (target === undefined) return parent.type === 'parallel' ? [parent] : (parent.initial.target as StateNode[])
  return [target].flat().map((one) => {
    if (one.startsWith('#')) return history.machine.getStateNodeById(one)
    return one.split('.').reduce((at, key) => at.states[key] as StateNode, parent)
  })
}

/** The places reached from `starts` over the edges that `mayTake` allows, nearest first; `starts` are among them. */
export function walk({ edges }: Region, starts: Iterable<StateNode>, mayTake: (edge: Edge) => boolean): Set<StateNode> {
  const met = new Set(starts)
  // A loop over a set also visits the members that are added meanwhile.
  for (const place of met) for (const edge of edges.get(place) ?? []) if (mayTake(edge)) met.add(edge.to)
  return met
}

/** True for a top-level final state, in which the machine ends. */
export const isEnd = (node: StateNode): boolean => node.type === 'final' && node.parent?.parent === undefined
