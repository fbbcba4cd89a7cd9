// The steps of a flow: which pages there are, where a person is, and which pages lie on every way to the end.

import { stepMeta, transitionsOf } from './describe.ts'
import {
  accepts,
  activeNodes,
  allNodes,
  type Live,
  type Machine,
  nodesWithin,
  routeTo,
  type StateNode,
} from './machine.ts'

/** One page of a flow. `id` is the state node's explicit id, else its dotted path; `routable` states can be revisited. */
export type Step = { id: string; path: string; title: string; routable: boolean }

const known = new WeakMap<StateNode, Step | null>()

/** The step a state node is. */
export function stepOf(node: StateNode): Step | undefined {
  const seen = known.get(node)
  if (seen !== undefined) return seen ?? undefined
  const meta = stepMeta(node)
  const { id, route } = node.config as { id?: string; route?: unknown }
  const step = meta && { id: id ?? node.path.join('.'), ...meta, routable: id !== undefined && route !== undefined }
  known.set(node, step)
  return step ?? undefined
}

/** All steps of a machine, in document order. */
export function stepsOf(machine: Machine): Step[] {
  return allNodes(machine).flatMap((node) => stepOf(node) ?? [])
}

/** The step a person is at: the innermost active state that is one, of parallel regions the last; undefined in none. */
export function currentStep(live: Live): Step | undefined {
  const nodes = activeNodes(live)
  for (let index = nodes.length - 1; index >= 0; index--) {
    const step = stepOf(nodes[index] as StateNode)
    if (step) return step
  }
  return undefined
}

/** Whether the machine would go back to `step` now. */
export function canRoute(machine: Machine, live: Live, step: Step): boolean {
  return step.routable && accepts(machine, live, routeTo(step.id))
}

/**
 * For every place a person can be at, by the id of its state, the steps that lie on each way from there to a top-level final
 * state, in the order they are first met. Places the end cannot be reached from are left out.
 *
 * Guards are not looked into and a parallel state is one place that any of its regions may leave, so the list holds only what
 * is certain. A page passed without a stop, by an eventless transition, lies on the way all the same.
 */
export function stepsAhead(machine: Machine): Map<string, Step[]> {
  const ways = waysToEnd(machine)
  const ahead = new Map<string, Step[]>()
  for (const start of ways.keys()) {
    const met = new Map(
      walk(ways, start)
        .flatMap((place) => stepAt(place) ?? [])
        .map((step) => [step.id, step]),
    )
    met.delete(stepAt(start)?.id ?? '')
    ahead.set(
      start.id,
      [...met.values()].filter((step) => !walk(ways, start, step.id).some(isEnd)),
    )
  }
  return ahead
}

type Ways = Map<StateNode, StateNode[]>

/** The places reachable from `start`, nearest first, without setting foot in the step `avoided`. */
function walk(ways: Ways, start: StateNode, avoided?: string): StateNode[] {
  const seen = new Set([start])
  // A set hands out what is added while it is walked.
  for (const place of seen) {
    for (const next of ways.get(place) ?? []) if (avoided === undefined || stepAt(next)?.id !== avoided) seen.add(next)
  }
  return [...seen]
}

/** From every place that leads to the end, to where one event may lead from there. */
function waysToEnd(machine: Machine): Ways {
  const places = [...new Set(allNodes(machine).map(placeOf))]
  const ways: Ways = new Map(places.map((place) => [place, successors(place)]))
  const lost = new Set(places.filter((place) => !walk(ways, place).some(isEnd)))
  for (const place of lost) ways.delete(place)
  return new Map([...ways].map(([place, next]) => [place, next.filter((to) => !lost.has(to))]))
}

const isEnd = (node: StateNode): boolean => node.type === 'final' && node.parent?.parent === undefined

/** Where a person is who entered `node`: in its innermost initial state, or somewhere in the outermost parallel state. */
function placeOf(node: StateNode): StateNode {
  return ancestors(node).findLast(({ type }) => type === 'parallel') ?? leaf(node)
}

function leaf(node: StateNode): StateNode {
  const child = node.type === 'compound' ? (node.initial.target[0] as StateNode | undefined) : undefined
  return child ? placeOf(child) : node
}

function successors(place: StateNode): StateNode[] {
  if (isEnd(place)) return []
  if (place.type === 'history') return remembered(place).map(placeOf)
  // A compound state is done in its own final states only.
  const done = place.type === 'final' ? place.parent : place
  const around = ancestors(place).flatMap((at) =>
    transitionsOf(at).filter(({ event }) => at === done || event !== `xstate.done.state.${at.id}`),
  )
  const within = nodesWithin(place).flatMap(transitionsOf)
  return [...around, ...within].flatMap(({ target }) => target).map(placeOf)
}

/** A history state leads to wherever its parent was left, which may be any state in there, or to its default. */
function remembered(history: StateNode): StateNode[] {
  const inside = history.parent ? nodesWithin(history.parent).filter((node) => node !== history) : []
  const { target } = history.config as { target?: string }
  return target?.startsWith('#') ? [...inside, history.machine.getStateNodeById(target)] : inside
}

/** `node` and the states around it, inside out. */
export function ancestors(node: StateNode): StateNode[] {
  return [node, ...(node.parent ? ancestors(node.parent) : [])]
}

function stepAt(place: StateNode): Step | undefined {
  // Nobody stays in a history state.
  if (place.type === 'history') return undefined
  // Which page a parallel state shows depends on its regions, once one of them has pages.
  if (place.type === 'parallel' && nodesWithin(place).some((node) => node !== place && stepOf(node))) return undefined
  return ancestors(place)
    .map(stepOf)
    .find((step) => step !== undefined)
}
