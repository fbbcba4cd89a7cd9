// Finds the steps a person would have to see before they could have reached their current state.

import type { Chart } from '../chart.ts'
import { activeNodes, isWithin, type Live, nodesWithin, type StateNode } from '../nodes.ts'
import { type Edge, placeIn, type Region, walk } from '../regions.ts'
import type { Step } from '../steps.ts'

/** `seen`: the person has been at the step. `rests`: the machine, left alone, stays at the place and shows its step. */
export type Progress = { seen: (step: string) => boolean; rests: (place: StateNode) => boolean }

/**
 * The regions a person is in, from the outside in. A region of a parallel state counts only if it alone has steps: of
 * several with steps, the last one hides the others, so their steps cannot have been seen.
 */
export function regionsOf({ nodes, regions, stepOf }: Chart, live: Live): Region[] {
  const alone = ({ parent }: StateNode, region: StateNode) =>
    parent?.type === 'parallel' &&
    nodesWithin(parent).every((node) => isWithin(region, node) || node === parent || !stepOf.has(node))
  const shown = activeNodes(live).filter((node) => alone(node, node))
  return [...nodes.slice(0, 1), ...shown].flatMap((node) => (node.type === 'compound' ? (regions.get(node) ?? []) : []))
}

/** The place within a region that a person is at. */
export function placeOf({ node }: Region, live: Live): StateNode {
  return placeIn(node, activeNodes(live).findLast((active) => isWithin(node, active)) ?? node)
}

/** Every place that can be reached without passing a step that was not seen. */
export function reachablePlaces(region: Region, progress: Progress): Set<StateNode> {
  return reachable(region, (place) => isFree(region, place, progress))
}

/**
 * The path to `target` with the fewest steps not seen, by answers rather than by chance; `missing` are those steps in
 * their order. Undefined if a path lacks no step but perhaps that of `target`, or if there is no path.
 */
export function pathTo(
  region: Region,
  target: StateNode,
  progress: Progress,
): { path: StateNode[]; missing: { place: StateNode; step: Step }[] } | undefined {
  const mayPass = (place: StateNode) => place === target || isFree(region, place, progress)
  if (reachable(region, mayPass).has(target)) return undefined
  const path = shortest(region, target, (place) => (mayPass(place) ? 1 : 1_000))
  const missing = path?.flatMap((place) => {
    const step = mayPass(place) ? undefined : region.steps.get(place)
    return step ? [{ place, step }] : []
  })
  return path && missing && { path, missing }
}

// A state that history remembers was reached before, over the other edges.
const isOpen = ({ by }: Edge): boolean => by !== 'history'

const reachable = (region: Region, mayPass: (place: StateNode) => boolean): Set<StateNode> =>
  walk(region, region.starts.filter(mayPass), (edge) => isOpen(edge) && mayPass(edge.to))

/** The cheapest path to `target`; an edge taken by chance costs more than any number of steps. */
function shortest(region: Region, target: StateNode, costOf: (place: StateNode) => number): StateNode[] | undefined {
  const best = new Map<StateNode, { cost: number; path: StateNode[] }>()
  const open = new Set<StateNode>()
  const offer = (place: StateNode, cost: number, path: StateNode[]) => {
    if ((best.get(place)?.cost ?? Number.POSITIVE_INFINITY) <= cost) return
    best.set(place, { cost, path: [...path, place] })
    open.add(place)
  }
  for (const start of region.starts) offer(start, costOf(start), [])
  while (open.size > 0) {
    const [nearest] = [...open].sort((a, b) => (best.get(a)?.cost ?? 0) - (best.get(b)?.cost ?? 0)) as [StateNode]
    open.delete(nearest)
    const { cost, path } = best.get(nearest) as { cost: number; path: StateNode[] }
    for (const { to, by } of (region.edges.get(nearest) ?? []).filter(isOpen))
      offer(to, cost + costOf(to) + (by === 'answer' ? 0 : 1_000_000), path)
  }
  return best.get(target)?.path
}

function isFree({ steps }: Region, place: StateNode, { seen, rests }: Progress): boolean {
  const step = steps.get(place)
  return step === undefined || seen(step.id) || !rests(place)
}
