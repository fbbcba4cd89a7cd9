// A person's progress through the current version of a flow: the steps they have seen, the places they may enter.

import type { Flow } from '../define.ts'
import { isLoop, type Machine, type Persisted, revive, settle } from '../machine.ts'
import { activeNodes, ancestors, type Live, nodesWithin, type StateNode } from '../nodes.ts'
import type { Region } from '../regions.ts'
import { canRoute, type Step } from '../steps.ts'
import { type Progress, reachablePlaces } from './reach.ts'
import { valueAt } from './state-value.ts'

export type FlowProgress = Progress & {
  /** True if the person may be put at a place: the guard of its step agrees, and nothing is started by it. */
  mayEnter(region: Region, place: StateNode): boolean
  /** The steps seen, in their order, without those that can only be reached past the step `blocked`. */
  upTo(region: Region, blocked: string): readonly string[]
  /** The furthest place the person has been at, or the next one if the guard of its step finds its answers. */
  firstIncomplete(region: Region): StateNode
}

/** The outcome of putting the machine at a place: it stays there, moves on by itself, or fails. */
type Rest = 'stays' | 'moves on' | 'fails'

/** The progress of a person in the state `live`, from which guards are asked; `snapshot` is the same state as data. */
export function progressIn(
  flow: Flow,
  live: Live,
  { snapshot, visited }: { snapshot: Persisted; visited: readonly string[] },
): FlowProgress {
  const { machine } = flow
  const known = new Set(visited)
  const active = new Set(activeNodes(live))
  const found = new Map<StateNode, Rest>()
  const progress: Progress = { seen: (step) => known.has(step), rests: (place) => restAt(place) !== 'moves on' }

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
      // A loop never rests. Any other failure is that of a guard whose answers are missing.
      return isLoop(error) ? 'moves on' : 'fails'
    }
  }
  function isOpen(step: Step): boolean {
    try {
      return canRoute(machine, live, step)
    } catch {
      // The guard's answers are missing.
      return false
    }
  }
  const startsNothing = (place: StateNode): boolean =>
    [...ancestors(place), ...nodesWithin(place)].every((node) => node.invoke.length === 0 || active.has(node))

  function mayEnter({ starts, steps }: Region, place: StateNode): boolean {
    const step = steps.get(place)
    if (!startsNothing(place) || restAt(place) === 'fails') return false
    // The start needs no answers.
    return place === starts[0] || (step !== undefined && (!step.routable || isOpen(step)))
  }

  function upTo(region: Region, blocked: string): readonly string[] {
    const seen = (step: string) => step !== blocked && known.has(step)
    const reached = stepIdsAt(region, reachablePlaces(region, { ...progress, seen }))
    const all = stepIdsAt(region, region.steps.keys())
    return visited.filter((step) => step !== blocked && (reached.has(step) || !all.has(step)))
  }

  function firstIncomplete(region: Region): StateNode {
    const { steps, starts, edges } = region
    const reached = [...reachablePlaces(region, progress)]
    // In a flow with routable steps, one that is not routable asks for no answer: a receipt, a failure.
    const anyRoutable = flow.steps.some(({ routable }) => routable)
    const open = reached.filter((place) => (!anyRoutable || steps.get(place)?.routable) && mayEnter(region, place))
    const furthest = visited.flatMap((step) => open.find((place) => steps.get(place)?.id === step) ?? []).at(-1)
    const next = (edges.get(furthest ?? (starts[0] as StateNode)) ?? []).find(({ to, by }) => {
      const step = steps.get(to)
      return by === 'answer' && step && isGuarded(to) && !known.has(step.id) && mayEnter(region, to)
    })
    return (furthest && next?.to) ?? furthest ?? (starts[0] as StateNode)
  }

  return { ...progress, mayEnter, upTo, firstIncomplete }
}

const stepIdsAt = ({ steps }: Region, places: Iterable<StateNode>): Set<string> =>
  new Set([...places].flatMap((place) => steps.get(place)?.id ?? []))

/** True if a state, or the nearest one around it that is routable, has a guard on its route. */
function isGuarded(place: StateNode): boolean {
  const routable = ancestors(place).find(({ config }) => config.route !== undefined)
  return (routable?.config.route as { guard?: unknown } | undefined)?.guard !== undefined
}

/** True if an event of the person, a timer or an effect leads on from a place; otherwise nobody stops there. */
function isAnswered({ chart: { listens } }: Flow, place: StateNode): boolean {
  const inside = nodesWithin(place)
  return (
    [...ancestors(place), ...inside].some(({ after, invoke }) => after.length > 0 || invoke.length > 0) ||
    inside.some((node) => listens.get(node)?.size)
  )
}

/** True if the state around a place is done as soon as the place is entered, and leads on. */
function isOver(place: StateNode): boolean {
  const whole = place.type === 'final' ? place.parent : place
  if (whole?.config.onDone === undefined) return false
  const begins = (node: StateNode): StateNode =>
    node.type === 'compound' ? begins(node.initial.target[0] as StateNode) : node
  const regions = place.type === 'parallel' ? Object.values<StateNode>(place.states) : []
  return place.type === 'final' || (regions.length > 0 && regions.every((region) => begins(region).type === 'final'))
}

/** True if entering a state raises an event at once, which leads on before anybody is there. */
function raises({ implementations }: Machine, { entry }: StateNode): boolean {
  return entry.some((action: unknown) => {
    const name = typeof action === 'string' ? action : (action as { type: string }).type
    const built = typeof action === 'function' ? action : implementations.actions[name]
    const { type, delay } = built as { type?: unknown; delay?: unknown }
    return type === 'xstate.raise' && delay === undefined
  })
}
