// Finds the steps a person would have to see before they could have reached their current state.

import type { Chart } from '../chart.ts'
import { activeNodes, isWithin, type Live, nodesWithin, type StateNode } from '../nodes.ts'
import { type Edge, placeIn, type Region, walk } from '../regions.ts'
import type { Step } from '../steps.ts'

/** A step, and the place at which a person is shown it. */
export type PlacedStep = { place: StateNode; step: Step }

/**
 * How far a person has come. `seen` says whether they have been at a step; `rests` whether the machine, left alone,
 * stays at a place: a step it passes on its own need not have been seen.
 */
export type Progress = { seen: (step: string) => boolean; rests: (place: StateNode) => boolean }

/**
 * The regions a person is in, from the outside in. Of a parallel state, only a region that alone has steps counts: of
 * several, one hides the steps of the others, and a person cannot have seen a step that was not shown.
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
 * A path to `target`: undefined if there is one on which every step but its last was seen, or if there is none at all.
 * Else the one with the fewest steps not seen, by answers rather than by chance; `missing` are those steps, in their
 * order.
 */
export function pathTo(
  region: Region,
  target: StateNode,
  progress: Progress,
): { path: StateNode[]; missing: PlacedStep[] } | undefined {
  const mayPass = (place: StateNode) => place === target || isFree(region, place, progress)
  if (reachable(region, mayPass).has(target)) return undefined
  const path = shortest(region, target, (place) => (mayPass(place) ? 1 : 1_000))
  const missing = path?.flatMap((place) => {
    const step = mayPass(place) ? undefined : region.steps.get(place)
    return step ? [{ place, step }] : []
  })
  return path && missing && { path, missing }
}

// A state that history remembers was reached before, over the edges that are looked at here.
const isOpen = ({ by }: Edge): boolean => by !== 'history'

const reachable = (region: Region, mayPass: (place: StateNode) => boolean): Set<StateNode> =>
  walk(region, region.starts.filter(mayPass), (edge) => isOpen(edge) && mayPass(edge.to))

/** The cheapest path to `target`; one that nobody takes by answering costs more than any number of steps. */
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
