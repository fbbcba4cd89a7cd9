// The steps of a flow: which pages there are, where a person is, and which pages lie on every way to the end.

import { stepMeta, transitionsOf } from './describe.ts'
import { accepts, activeNodes, allNodes, type Live, type Machine, routeTo, type StateNode } from './machine.ts'

/** One page of a flow. `id` is the state node's explicit id, else its dotted path; `routable` states can be revisited. */
export type Step = { id: string; path: string; title: string; routable: boolean }

const stepOf = (node: StateNode): Step | undefined => {
  const meta = stepMeta(node)
  if (!meta) return undefined
  const { id, route } = node.config as { id?: string; route?: unknown }
  return { id: id ?? node.path.join('.'), ...meta, routable: id !== undefined && route !== undefined }
}

/** All steps of a machine, in document order. */
export function stepsOf(machine: Machine): Step[] {
  return allNodes(machine).flatMap((node) => stepOf(node) ?? [])
}

/** The step a person is at: the innermost active state that is one; undefined in a state that is none. */
export function currentStep(live: Live): Step | undefined {
  const steps = activeNodes(live).flatMap((node) => stepOf(node) ?? [])
  return steps.at(-1)
}

/** Whether the machine would go back to `step` now. */
export function canRoute(machine: Machine, live: Live, step: Step): boolean {
  return step.routable && accepts(machine, live, routeTo(step.id))
}

/**
 * For every atomic state, the steps that lie on each way from there to a top-level final state, in the order they are met.
 *
 * Guards are not looked into, so the list holds only what is certain. A machine without a reachable end has none.
 */
export function stepsAhead(machine: Machine): Map<string, Step[]> {
  const atoms = allNodes(machine).filter((node) => leaf(node) === node)
  const next = new Map(atoms.map((node) => [node, successors(node)]))
  const distances = distancesToEnd(atoms, next)
  const ahead = new Map<string, Step[]>()
  for (const start of atoms) {
    if (!distances.has(start)) continue
    const certain = atoms.filter((node) => node !== start && stepOf(node) && distances.has(node) && !reachesEnd(start, next, node))
    // Certain steps lie on every way, so each way meets them in the same order: the one they have on a shortest way.
    certain.sort((a, b) => (distances.get(b) ?? 0) - (distances.get(a) ?? 0))
    ahead.set(start.id, certain.flatMap((node) => stepOf(node) ?? []))
  }
  return ahead
}

const isEnd = (node: StateNode): boolean => node.type === 'final' && node.parent?.parent === undefined

function leaf(node: StateNode): StateNode {
  const child = node.type === 'compound' ? node.initial.target[0] : undefined
  return child ? leaf(child as StateNode) : node
}

function successors(node: StateNode): Set<StateNode> {
  // A history state leads to wherever its parent was left, which may be any state in there.
  if (node.type === 'history') return new Set(node.parent ? Object.values(node.parent.states).filter((child) => child !== node).map(leaf) : [])
  const found = new Set<StateNode>()
  for (let at: StateNode | undefined = node; at; at = at.parent) {
    for (const { target } of transitionsOf(at)) for (const to of target) found.add(leaf(to))
  }
  return found
}

function reachesEnd(start: StateNode, next: Map<StateNode, Set<StateNode>>, without: StateNode): boolean {
  const seen = new Set([start, without])
  const queue = [start]
  for (let node = queue.pop(); node; node = queue.pop()) {
    if (isEnd(node)) return true
    for (const to of next.get(node) ?? []) {
      if (seen.has(to)) continue
      seen.add(to)
      queue.push(to)
    }
  }
  return false
}

function distancesToEnd(atoms: StateNode[], next: Map<StateNode, Set<StateNode>>): Map<StateNode, number> {
  const distances = new Map<StateNode, number>()
  let frontier = atoms.filter(isEnd)
  for (let distance = 0; frontier.length > 0; distance++) {
    for (const node of frontier) distances.set(node, distance)
    frontier = atoms.filter((node) => !distances.has(node) && [...(next.get(node) ?? [])].some((to) => distances.get(to) === distance))
  }
  return distances
}
