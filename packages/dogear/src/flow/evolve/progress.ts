// One person before the ways of their flow: which pages they have seen, which they may be put at, and how far their answers reach.

import type { Flow } from '../define.ts'
import { listensFor } from '../describe.ts'
import {
  activeNodes,
  isLoop,
  type Live,
  type Machine,
  nodesWithin,
  type Persisted,
  revive,
  type StateNode,
  settle,
} from '../machine.ts'
import { ancestors, canRoute, type Step } from '../steps.ts'
import { type Progress, type Region, seenPlaces } from './reach.ts'
import { valueAt } from './state-value.ts'

export interface Walker extends Progress {
  /** Whether they may be put there: the guard of its page agrees, and nothing is started by it. */
  mayEnter(scope: Region, place: StateNode): boolean
  /** The pages seen, in their order, without those that can only be come by past the page `blocked`. */
  upTo(scope: Region, blocked: string): readonly string[]
  /** The furthest page they have been at, or the one after it if its guard says that the answers for it are there. */
  firstIncomplete(scope: Region): StateNode
}

/** What becomes of someone put at a place: they stay, the machine leads them on by itself, or it fails. */
type Rest = 'stays' | 'moves on' | 'fails'

/** `live` is where they stand, which is what guards are asked from; `snapshot` is the same as data. */
export function walkerOf(
  flow: Flow,
  live: Live,
  { snapshot, visited }: { snapshot: Persisted; visited: readonly string[] },
): Walker {
  const { machine } = flow
  const known = new Set(visited)
  const active = new Set(activeNodes(live))
  const found = new Map<StateNode, Rest>()
  const look: Progress = { seen: (step) => known.has(step), rests: (place) => restAt(place) !== 'moves on' }

  function restAt(place: StateNode): Rest {
    const rest = found.get(place) ?? (isAnswered(flow, place) ? tryRest(place) : 'moves on')
    found.set(place, rest)
    return rest
  }
  function tryRest(place: StateNode): Rest {
    const nodes = [...ancestors(place), ...nodesWithin(place)]
    if (isOver(place) || nodes.some((node) => raises(machine, node))) return 'moves on'
    if (!nodes.some(({ always }) => always?.length)) return 'stays'
    const there = revive(machine, { ...snapshot, value: valueAt(place, snapshot.value) })
    try {
      return settle(machine, there) ? 'moves on' : 'stays'
    } catch (error) {
      // Going round in circles is not resting. Else a guard expects answers that are not there.
      return isLoop(error) ? 'moves on' : 'fails'
    }
  }
  function isOpen(step: Step): boolean {
    try {
      return canRoute(machine, live, step)
    } catch {
      // It expects answers that are not there.
      return false
    }
  }
  const startsNothing = (place: StateNode): boolean =>
    [...ancestors(place), ...nodesWithin(place)].every((node) => node.invoke.length === 0 || active.has(node))

  function mayEnter({ starts, pages }: Region, place: StateNode): boolean {
    const step = pages.get(place)
    // Everybody may start.
    if (!startsNothing(place) || restAt(place) === 'fails') return false
    return place === starts[0] || (step !== undefined && (!step.routable || isOpen(step)))
  }

  function upTo(scope: Region, blocked: string): readonly string[] {
    const reached = pagesOf(scope, seenPlaces(scope, { ...look, seen: (step) => step !== blocked && known.has(step) }))
    const all = pagesOf(scope, scope.pages.keys())
    return visited.filter((step) => step !== blocked && (reached.has(step) || !all.has(step)))
  }

  function firstIncomplete(scope: Region): StateNode {
    const reached = [...seenPlaces(scope, look)]
    // Where pages can be come back to, one that cannot is no page to answer: a receipt, a failure.
    const anyRoutable = flow.steps.some(({ routable }) => routable)
    const open = reached.filter((place) => (!anyRoutable || scope.pages.get(place)?.routable) && mayEnter(scope, place))
    const furthest = [...visited]
      .reverse()
      .flatMap((step) => open.find((place) => scope.pages.get(place)?.id === step) ?? [])
      .at(0)
    const next = (scope.ways.get(furthest ?? (scope.starts[0] as StateNode)) ?? []).find(({ to, usual }) => {
      const step = scope.pages.get(to)
      return usual && step && isGuarded(to) && !known.has(step.id) && mayEnter(scope, to)
    })
    return (furthest && next?.to) ?? furthest ?? (scope.starts[0] as StateNode)
  }

  return { ...look, mayEnter, upTo, firstIncomplete }
}

const pagesOf = ({ pages }: Region, places: Iterable<StateNode>): Set<string> =>
  new Set([...places].flatMap((place) => pages.get(place)?.id ?? []))

/** Whether a state, or the nearest one around it that can be come back to, says who may. */
function isGuarded(place: StateNode): boolean {
  const routable = ancestors(place).find(({ config }) => config.route !== undefined)
  return (routable?.config.route as { guard?: unknown } | undefined)?.guard !== undefined
}

const answered = new WeakMap<StateNode, boolean>()

/** Whether anything a person can do, or time, leads on from a place; what only passes through is no page to be at. */
function isAnswered({ events }: Flow, place: StateNode): boolean {
  // A machine belongs to one flow, so the answer never changes.
  const known = answered.get(place)
  if (known !== undefined) return known
  const inside = nodesWithin(place)
  const answer =
    [...ancestors(place), ...inside].some(({ after, invoke }) => after.length > 0 || invoke.length > 0) ||
    Object.keys(events).some((type) => inside.some((node) => listensFor(node, type)))
  answered.set(place, answer)
  return answer
}

/** Whether the state around a place is done as soon as the place is entered, and leads on. */
function isOver(place: StateNode): boolean {
  const whole = place.type === 'final' ? place.parent : place
  if (whole?.config.onDone === undefined) return false
  const begins = (node: StateNode): StateNode =>
    node.type === 'compound' ? begins(node.initial.target[0] as StateNode) : node
  const regions = place.type === 'parallel' ? Object.values<StateNode>(place.states) : []
  return place.type === 'final' || (regions.length > 0 && regions.every((region) => begins(region).type === 'final'))
}

/** Whether entering a state raises an event at once, which leads on before anybody is there. */
function raises({ implementations }: Machine, { entry }: StateNode): boolean {
  return entry.some((action: unknown) => {
    const name = typeof action === 'string' ? action : (action as { type: string }).type
    const { type, delay } = (typeof action === 'function' ? action : implementations.actions[name]) as {
      type?: unknown
      delay?: unknown
    }
    return type === 'xstate.raise' && delay === undefined
  })
}
