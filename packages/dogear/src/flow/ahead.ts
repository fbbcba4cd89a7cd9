// The steps that are certain to come.

import { isWithin, type Live, lastActive, nodesWithin, type StateNode } from './nodes.ts'
import { defaultOf, type Edge, isEnd, type Nodes, placeIn, type Region, stepAt, walk } from './regions.ts'
import type { Step } from './steps.ts'

/**
 * The steps that lie on every path from a place to a top-level final state, in the order they are first met, by the id
 * of the place's state. Places without such a path are left out. Guards are not asked, and any region may leave a
 * parallel state, so the list holds only what is certain. A step passed by an eventless transition is on the path, too.
 */
export function stepsAhead(of: Nodes, root: Region): Map<string, readonly Step[]> {
  const steps = stepsAt(of, root)
  const leadsToEnd = new Set([...steps.keys()].filter((place) => [...walk(root, [place], () => true)].some(isEnd)))
  return new Map([...leadsToEnd].map((start) => [start.id, stepsFrom(root, start, { steps, leadsToEnd })]))
}

type Certain = {
  steps: ReadonlyMap<StateNode, Step | undefined>
  /** The places from which the end can be reached. */
  leadsToEnd: Pick<ReadonlySet<StateNode>, 'has'>
}

const stepsAt = (of: Pick<Nodes, 'stepOf'>, root: Region): Certain['steps'] =>
  new Map([...root.edges.keys()].map((place) => [place, stepAt(of, place)]))

function stepsFrom(region: Region, start: StateNode, { steps, leadsToEnd }: Certain): Step[] {
  const reached = (mayPass: (place: StateNode) => boolean) => [
    ...walk(region, [start], ({ to }) => leadsToEnd.has(to) && mayPass(to)),
  ]
  const met = new Set(reached(() => true).flatMap((place) => steps.get(place) ?? []))
  met.delete(steps.get(start) as Step)
  return [...met].filter((step) => !reached((place) => steps.get(place) !== step).some(isEnd))
}

type Charted = Omit<Nodes, 'events'> & {
  readonly ahead: ReadonlyMap<string, readonly Step[]>
  readonly regions: ReadonlyMap<StateNode, Region>
}

/**
 * The steps certain to come from a state, which knows more than its place does: a history state leads back to where its
 * parent was left. So a way to a help page and back passes by nothing.
 */
export function stepsAheadOf(chart: Charted, live: Live): readonly Step[] {
  const { ahead, nodes } = chart
  const start = lastActive(live, (node) => (ahead.has(node.id) ? node : undefined))
  const histories = nodes.filter(({ type }) => type === 'history')
  const [root] = chart.regions.values()
  if (!start || !root || histories.length === 0) return (start && ahead.get(start.id)) ?? []
  const known = histories.map((history) => [history, returnsOf(chart, root, { history, start, live })] as const)
  const region = { ...root, edges: new Map([...root.edges, ...known]) }
  const leadsToEnd = { has: (place: StateNode) => ahead.has(place.id) }
  return stepsFrom(region, start, { steps: stepsAt(chart, root), leadsToEnd })
}

type Remembered = { history: StateNode; start: StateNode; live: Live }

/** The edges of a history state for a person who is at `start`, in the state `live`. */
function returnsOf({ transitions }: Charted, root: Region, { history, start, live }: Remembered): readonly Edge[] {
  const parent = history.parent as StateNode
  const inside = nodesWithin(parent)
  // Taken from inside, it leads to what was remembered before.
  if (inside.some((node) => transitions.get(node)?.some(({ target }) => target.includes(history))))
    return root.edges.get(history) ?? []
  const remembered = (live.historyValue[history.id] as StateNode[] | undefined) ?? defaultOf(history)
  const first = isWithin(parent, start) ? [] : remembered
  // Left later on, the parent is left from a place the path has passed by then. Shallow history leads to the beginning
  // of a child, which it has passed as well if that is the only way in.
  const shallow = history.config.history === 'deep' ? [] : Object.values<StateNode>(parent.states)
  const again = shallow.filter((child) => child !== history && (isWithin(child, start) || hasSideDoor(root, child)))
  return [...new Set([...first, ...again].map((node) => placeIn(root.node, node)))].map((to) => ({ to, by: 'history' }))
}

/** True if a state can be entered elsewhere than at its beginning. */
function hasSideDoor(root: Region, state: StateNode): boolean {
  const beginning = placeIn(root.node, state)
  return [...root.edges].some(
    ([from, edges]) =>
      !isWithin(state, from) && edges.some(({ to, by }) => by !== 'history' && to !== beginning && isWithin(state, to)),
  )
}
