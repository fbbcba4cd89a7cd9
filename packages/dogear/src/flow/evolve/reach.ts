// The ways through a machine: whether where someone stands can be come by on pages they have seen, and which pages those are that they have not.

import { matches, transitionsOf } from '../describe.ts'
import { activeNodes, type Live, type Machine, nodesWithin, type StateNode } from '../machine.ts'
import { ancestors, type Step, stepOf } from '../steps.ts'

/** A page, and the state in which a person is at it. */
export type Page = { place: StateNode; step: Step }

/**
 * Part of a machine in which one page follows the other: the whole of it, or one region of a parallel state. A parallel state
 * within is one place. `starts` are the places it can be entered at, `ways` leads from place to place, `pages` says what is shown there.
 */
export type Region = {
  node: StateNode
  starts: readonly StateNode[]
  ways: ReadonlyMap<StateNode, readonly Edge[]>
  pages: ReadonlyMap<StateNode, Step>
}

/** `usual` ways are those a person takes by answering, not by running out of time or luck. */
type Edge = { to: StateNode; usual: boolean }

/**
 * What to look for. `seen` says whether a person has been at a page; `rests` whether the machine, left alone, stays at a place:
 * a page it passes on its own need not have been seen.
 */
export type Progress = { seen: (step: string) => boolean; rests: (place: StateNode) => boolean }

/** What of a flow its ways are made of: `events` are those a person may send. */
type Mapped = { machine: Machine; events: object }

/**
 * The scopes a person is in, from the outside in. Of a parallel state, only a region that alone has pages is one: of several,
 * one hides the pages of the others, and who has not been shown a page cannot have seen it.
 */
export function scopesOf(flow: Mapped, live: Live): Region[] {
  const regions = activeNodes(live).filter(({ parent }) => parent?.type === 'parallel')
  const shown = regions.filter((region) =>
    nodesWithin(region.parent as StateNode).every(
      (node) => isIn(region, node) || node === region.parent || !stepOf(node),
    ),
  )
  return [flow.machine.root, ...shown].filter(({ type }) => type === 'compound').map((node) => scopeAt(flow, node))
}

const scopes = new WeakMap<StateNode, Region>()

/** The scope of a compound node. */
export function scopeAt(flow: Mapped, node: StateNode): Region {
  // A machine belongs to one flow, so its scopes never change.
  const known = scopes.get(node)
  if (known) return known
  const events = Object.keys(flow.events)
  const inside = nodesWithin(node)
  const places = [...new Set(inside.map((one) => placeIn(node, one)))]
  const isUsual = (event: string) =>
    event === '' || event.startsWith('xstate.done.') || events.some((type) => matches(event, type))
  const ways = new Map(places.map((place) => [place, waysFrom(node, place, isUsual)]))
  const beyond = nodesWithin(node.machine.root).filter((one) => !isIn(node, one))
  const entered = beyond
    .flatMap(transitionsOf)
    .flatMap(({ target }) => target.filter((to) => to !== node && isIn(node, to)))
  const starts = [...new Set([node, ...entered].map((one) => placeIn(node, one)))]
  const pages = new Map(
    places.flatMap((place) => {
      const step = pageIn(node, place)
      return step ? [[place, step] as const] : []
    }),
  )
  const scope = { node, starts, ways, pages }
  scopes.set(node, scope)
  return scope
}

/** Where in a scope someone is. */
export function standsAt({ node }: Region, live: Live): StateNode {
  return placeIn(node, activeNodes(live).findLast((active) => isIn(node, active)) ?? node)
}

/** Every place that can be come by without passing a page that was not seen. */
export function seenPlaces(scope: Region, look: Progress): Set<StateNode> {
  return walk(
    scope,
    scope.starts.filter((start) => isFree(scope, start, look)),
    (to) => isFree(scope, to, look),
  )
}

/**
 * A way to `target`: undefined if there is one on which every page but its last was seen, or if there is none at all. Else the one
 * with the fewest pages not seen, by answers rather than by accidents; `missing` are those pages, in their order.
 */
export function pathTo(
  scope: Region,
  target: StateNode,
  look: Progress,
): { way: StateNode[]; missing: Page[] } | undefined {
  const mayPass = (place: StateNode) => place === target || isFree(scope, place, look)
  if (walk(scope, scope.starts.filter(mayPass), mayPass).has(target)) return undefined
  const way = shortest(scope, target, (place) => (mayPass(place) ? 1 : 1_000))
  const missing = way?.flatMap((place) => {
    const step = mayPass(place) ? undefined : scope.pages.get(place)
    return step ? [{ place, step }] : []
  })
  return way && missing && { way, missing }
}

function walk({ ways }: Region, starts: readonly StateNode[], mayPass: (place: StateNode) => boolean): Set<StateNode> {
  const met = new Set(starts)
  // A set hands out what is added while it is walked.
  for (const place of met) for (const { to } of ways.get(place) ?? []) if (mayPass(to)) met.add(to)
  return met
}

/** The cheapest way to `target`; a way nobody takes by answering is dearer than any number of pages. */
function shortest(scope: Region, target: StateNode, costOf: (place: StateNode) => number): StateNode[] | undefined {
  const best = new Map<StateNode, { cost: number; way: StateNode[] }>()
  const open = new Set<StateNode>()
  const offer = (place: StateNode, cost: number, way: StateNode[]) => {
    if ((best.get(place)?.cost ?? Number.POSITIVE_INFINITY) <= cost) return
    best.set(place, { cost, way: [...way, place] })
    open.add(place)
  }
  for (const start of scope.starts) offer(start, costOf(start), [])
  while (open.size > 0) {
    const [nearest] = [...open].sort((a, b) => (best.get(a)?.cost ?? 0) - (best.get(b)?.cost ?? 0)) as [StateNode]
    open.delete(nearest)
    const { cost, way } = best.get(nearest) as { cost: number; way: StateNode[] }
    for (const { to, usual } of scope.ways.get(nearest) ?? [])
      offer(to, cost + costOf(to) + (usual ? 0 : 1_000_000), way)
  }
  return best.get(target)?.way
}

function isFree({ pages }: Region, place: StateNode, { seen, rests }: Progress): boolean {
  const page = pages.get(place)
  return page === undefined || seen(page.id) || !rests(place)
}

function waysFrom(scope: StateNode, place: StateNode, isUsual: (event: string) => boolean): Edge[] {
  const to = (target: StateNode[], usual: boolean): Edge[] =>
    target.filter((one) => isIn(scope, one)).map((one) => ({ to: placeIn(scope, one), usual }))
  // What a history state remembers was come by before; it leads to its default only.
  if (place.type === 'history') return to(defaultOf(place), true)
  // A compound state is done in its own final states only.
  const done = place.type === 'final' ? place.parent : place
  const around = ancestors(place).filter((at) => isIn(scope, at))
  return [...new Set([...around, ...nodesWithin(place)])].flatMap((at) =>
    transitionsOf(at)
      .filter(({ event }) => at === done || !around.includes(at) || event !== `xstate.done.state.${at.id}`)
      .flatMap(({ event, target }) => to(target, isUsual(event))),
  )
}

function defaultOf(history: StateNode): StateNode[] {
  const parent = history.parent as StateNode
  const { target } = history.config as { target?: string | string[] }
  if (target === undefined) return parent.type === 'parallel' ? [parent] : (parent.initial.target as StateNode[])
  return [target].flat().map((one) => {
    if (one.startsWith('#')) return history.machine.getStateNodeById(one)
    return one.split('.').reduce((at, key) => at.states[key] as StateNode, parent)
  })
}

/** Where in `scope` a person is who entered `node`: in its innermost initial state, or somewhere in the outermost parallel state. */
function placeIn(scope: StateNode, node: StateNode): StateNode {
  const around = ancestors(node).filter((one) => one !== scope && isIn(scope, one))
  const parallel = around.findLast(({ type }) => type === 'parallel')
  if (parallel) return parallel
  const initial = node.type === 'compound' ? (node.initial.target[0] as StateNode | undefined) : undefined
  return initial ? placeIn(scope, initial) : node
}

function pageIn(scope: StateNode, place: StateNode): Step | undefined {
  if (place.type === 'history') return undefined
  // Which page a parallel state shows depends on its regions, once one of them has pages.
  if (place.type === 'parallel' && nodesWithin(place).some((node) => node !== place && stepOf(node))) return undefined
  return ancestors(place)
    .filter((node) => node !== scope && isIn(scope, node))
    .map(stepOf)
    .find((step) => step !== undefined)
}

const isIn = (scope: StateNode, node: StateNode): boolean => ancestors(node).includes(scope)
