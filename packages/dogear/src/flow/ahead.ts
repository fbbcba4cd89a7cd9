// The steps that are certain to come.

import { ancestors, isWithin, type Live, lastActive, nodesWithin, type StateNode } from './nodes.ts'
import { defaultOf, type Edge, type Nodes, placeIn, type Region, regionAt, stepAt, walk } from './regions.ts'
import type { Step } from './steps.ts'
import type { Transition } from './transitions.ts'

/** The steps certain to come, read off the machine once. */
export type Ahead = {
  /** Those certain to be met at a place of the machine: its own, or those of the regions of a parallel state. */
  readonly met: ReadonlyMap<StateNode, readonly Step[]>
  /** Those after it, by the id of every place the end can be reached from. */
  readonly ahead: ReadonlyMap<string, readonly Step[]>
  /** Those still to come in the region of a parallel state, by the place in it. */
  readonly within: ReadonlyMap<StateNode, readonly Step[]>
}

/**
 * The steps that lie on every path from a place to a top-level final state, in the order they are first met. Places
 * without such a path are left out. Guards are not asked, and any region may leave a parallel state, so the list holds
 * only what is certain. A step passed by an eventless transition is on the path, too.
 */
export function stepsAhead(of: Nodes, root: Region): Ahead {
  const met = new Map([...root.edges.keys()].map((place) => [place, metAt(of, place)]))
  const leadsToEnd = placesBeforeEnd(root)
  const certain = certainOf(root, { met, leadsToEnd })
  const within = of.nodes
    .filter((node) => node.type === 'parallel' && endsByItself(of, node))
    .flatMap((node) =>
      regionsIn(of, node).flatMap((region) => {
        const certain = certainIn(of, region)
        return [...region.edges.keys()].map((place) => [place, stepsFrom(region, place, certain)] as const)
      }),
    )
  return {
    met,
    ahead: new Map([...leadsToEnd].map((start) => [start.id, stepsFrom(root, start, certain)])),
    within: new Map(within),
  }
}

type Leads = Pick<Ahead, 'met'> & {
  /** The places from which the end can be reached. */
  leadsToEnd: Pick<ReadonlySet<StateNode>, 'has'>
}

type Certain = Leads & {
  /** True if every path from `start` to the end meets the step. */
  isPassed(start: StateNode, step: Step): boolean
}

/**
 * The certain steps of all places at once, as the bits of a number each. A place has those that it meets itself, and
 * those that all places after it have; at first they have all, and each look takes away what is not so.
 */
function certainOf(region: Region, { met, leadsToEnd }: Leads): Certain {
  const steps = [...new Set([...met.values()].flat())]
  const bitOf = new Map(steps.map((step, index) => [step, 1n << BigInt(index)]))
  const all = (1n << BigInt(steps.length)) - 1n
  const bits = (place: StateNode) => (met.get(place) ?? []).reduce((sum, step) => sum | (bitOf.get(step) ?? 0n), 0n)
  // Most edges lead on, so a look from the end backwards finds most of it.
  const places = [...region.edges].reverse().map(([place, edges]) => {
    const after = edges.filter(({ to }) => leadsToEnd.has(to)).map(({ to }) => to)
    return { place, own: bits(place), after: isEndOf(region)(place) ? undefined : after }
  })
  const certain = new Map(places.map(({ place, own, after }) => [place, after ? all : own]))
  const look = ({ place, own, after }: (typeof places)[number]): boolean => {
    const found = after ? after.reduce((sum, to) => sum & (certain.get(to) ?? all), all) | own : own
    const isNew = found !== certain.get(place)
    certain.set(place, found)
    return isNew
  }
  let changed = places
  while (changed.length > 0) changed = places.filter(look)
  return { met, leadsToEnd, isPassed: (start, step) => ((certain.get(start) ?? all) & (bitOf.get(step) ?? 0n)) !== 0n }
}

const placesBeforeEnd = (region: Region): Set<StateNode> =>
  new Set([...region.edges.keys()].filter((place) => [...walk(region, [place], () => true)].some(isEndOf(region))))

const isEndOf =
  ({ node }: Region) =>
  (place: StateNode): boolean =>
    place.type === 'final' && place.parent === node

function stepsFrom(region: Region, start: StateNode, { met, leadsToEnd, isPassed }: Certain): Step[] {
  const here = met.get(start)
  const reached = [...walk(region, [start], ({ to }) => leadsToEnd.has(to))]
  const later = new Set(reached.flatMap((place) => met.get(place) ?? []))
  return [...later].filter((step) => !here?.includes(step) && isPassed(start, step))
}

const regionsIn = (of: Nodes, parallel: StateNode): Region[] =>
  Object.values<StateNode>(parallel.states).map((node) => regionAt(of, node))

const certainIn = (of: Nodes, region: Region): Certain =>
  certainOf(region, {
    met: new Map([...region.edges.keys()].map((place) => [place, metAt(of, place, region.node.parent)])),
    leadsToEnd: placesBeforeEnd(region),
  })

/** The steps certain to be met at a place, up to the state `outer`. */
function metAt(of: Nodes, place: StateNode, outer?: StateNode): readonly Step[] {
  const step = stepAt(of, place, outer)
  if (step || place.type !== 'parallel') return step ? [step] : []
  // Deep history may lead to the middle of a region.
  const isMiddle = ({ parent, config }: StateNode) =>
    config.history === 'deep' && parent !== undefined && isWithin(parent, place)
  if (of.nodes.some(isMiddle)) return []
  const ends = endsByItself(of, place)
  return regionsIn(of, place).flatMap((region) => {
    const certain = certainIn(of, region)
    const [first = [], ...others] = region.starts.map((start) => [
      ...(certain.met.get(start) ?? []),
      ...(ends ? stepsFrom(region, start, certain) : []),
    ])
    return first.filter((step) => others.every((steps) => steps.includes(step)))
  })
}

/** True if a parallel state is left only once all its regions are at their end, and no region is sent elsewhere. */
function endsByItself({ transitions }: Pick<Nodes, 'transitions'>, parallel: StateNode): boolean {
  const around = ancestors(parallel)
  const stays = (at: StateNode, { event, target }: Transition) => {
    if (around.includes(at)) return target.length === 0 || event === `xstate.done.state.${at.id}`
    const region = ancestors(at).find(({ parent }) => parent === parallel) as StateNode
    return target.every((to) => isWithin(region, to))
  }
  return [...around, ...nodesWithin(parallel).slice(1)].every((at) =>
    (transitions.get(at) ?? []).every((transition) => stays(at, transition)),
  )
}

type Charted = Omit<Nodes, 'events'> & Ahead & { readonly regions: ReadonlyMap<StateNode, Region> }

/**
 * The steps certain to come from a state, which knows more than its place does: a history state leads back to where its
 * parent was left. So a way to a help page and back passes by nothing.
 */
export function stepsAheadOf(chart: Charted, live: Live): readonly Step[] {
  const beside = live._nodes.flatMap((node) => chart.within.get(node) ?? [])
  return [...beside, ...stepsAfter(chart, live)]
}

function stepsAfter(chart: Charted, live: Live): readonly Step[] {
  const { ahead, met, nodes } = chart
  const start = lastActive(live, (node) => (ahead.has(node.id) ? node : undefined))
  const histories = nodes.filter(({ type }) => type === 'history')
  const [root] = chart.regions.values()
  if (!start || !root || histories.length === 0) return (start && ahead.get(start.id)) ?? []
  const known = histories.map((history) => [history, returnsOf(chart, root, { history, start, live })] as const)
  const region = { ...root, edges: new Map([...root.edges, ...known]) }
  const leadsToEnd = { has: (place: StateNode) => ahead.has(place.id) }
  return stepsFrom(region, start, certainOf(region, { met, leadsToEnd }))
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
  const doors = shallow.length > 0 ? sideDoors(root, parent) : new Set()
  const again = shallow.filter((child) => child !== history && (isWithin(child, start) || doors.has(child)))
  return [...new Set([...first, ...again].map((node) => placeIn(root.node, node)))].map((to) => ({ to, by: 'history' }))
}

/** The children of `parent` that can be entered elsewhere than at their beginning. */
function sideDoors(root: Region, parent: StateNode): Set<StateNode> {
  const doors = new Set<StateNode>()
  for (const [from, edges] of root.edges) {
    for (const { to, by } of edges) {
      const child = by === 'history' ? undefined : ancestors(to).find((one) => one.parent === parent)
      if (child && !isWithin(child, from) && to !== placeIn(root.node, child)) doors.add(child)
    }
  }
  return doors
}
