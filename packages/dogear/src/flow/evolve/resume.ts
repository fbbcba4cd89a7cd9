// Where a person goes on after a deploy: past no step they have not seen, with no answer asked for twice.

import { DogearError } from '../../errors.ts'
import type { Flow } from '../define.ts'
import { type Persisted, revive } from '../machine.ts'
import type { StateNode } from '../nodes.ts'
import { currentStep, type Step } from '../steps.ts'
import type { Wish } from './migrate.ts'
import { progressIn } from './progress.ts'
import { pathTo, placeOf, regionsOf } from './reach.ts'
import { gapIn, valueAt } from './state-value.ts'

/** The state a person is in, and the steps they have been at, in order. */
type Track = { snapshot: Persisted; visited: readonly string[] }
/** The track before a person goes on. `busy`: an effect is under way. */
export type Resumable = Track & { busy: boolean }
/** The track with which they go on. `owing`: they owe a step that is closed to them now; look again after each move. */
export type Resumed = Track & { owing: boolean }

/**
 * The state a person goes on in, given the one the migrations left them in and the steps they have been at. Pure.
 *
 * A person stays in a state they could have reached in the current machine past steps they have seen. Otherwise they go
 * to the first step on their path they have not seen, with all their answers. If that step is closed by the guard of
 * its `route`, or starts an effect, they go to the last step before it. Later steps no longer count as visited. A step
 * that the machine passes by itself with these answers is not asked for.
 *
 * A person whose state is gone goes to the step the migration names, else to the furthest step they have been at, and
 * past it if the guard of the next step finds its answers. Without guards, a step may be shown twice but none missed.
 *
 * A person who is done, or has an effect under way, is never moved. One at a step that cannot be gone back to (a
 * declined payment, say) while the step they owe is closed, is moved once it opens. As in every migration, no entry
 * action runs: the migration gives the context that a state needs. The timers and effects of the state start.
 *
 * Throws `record_unreadable` for a state that is gone if the last migration gave it, if the session is done, or if an
 * effect is under way and no migration names a step.
 */
export function resume(flow: Flow, before: Resumable, { to, stay, given }: Wish): Resumed {
  const { snapshot, visited, busy } = before
  const gap = gapIn(flow.machine, snapshot.value)
  if (gap && (snapshot.status !== 'active' || given || (busy && to === undefined)))
    throw unreadable(`the session is in the state "${gap.path}", which flow "${flow.id}" does not have`)
  if (snapshot.status !== 'active') return { snapshot, visited, owing: false }
  if (gap && to === undefined) return { ...fillGaps(flow, before), owing: false }
  const there = to === undefined || (busy && !gap) ? before : { ...goTo(flow, before, to), busy: false }
  return stay ? { snapshot: there.snapshot, visited: there.visited, owing: false } : catchUp(flow, there)
}

/** Goes to the first step owed, if there is one. */
function catchUp(flow: Flow, { snapshot, visited, busy }: Resumable): Resumed {
  const live = revive(flow.machine, snapshot)
  const progress = progressIn(flow, live, { snapshot, visited })
  const here = currentStep(flow, live)
  for (const region of regionsOf(flow.chart, live)) {
    const owed = pathTo(region, placeOf(region, live), progress)
    const first = owed?.missing[0]
    if (!owed || !first) continue
    const left = progress.upTo(region, first.step.id)
    // A person at a step that cannot be gone back to leaves it only for the step that is owed itself.
    const ordinary = here?.routable || !flow.steps.some(({ routable }) => routable)
    const before = owed.path.slice(0, owed.path.indexOf(first.place)).reverse()
    const target = busy
      ? undefined
      : [first.place, ...(ordinary ? before : [])].find((place) => progress.mayEnter(region, place))
    if (!target) return { snapshot, visited: withStep(left, here), owing: true }
    const value = valueAt(target, snapshot.value)
    return { snapshot: { ...snapshot, value }, visited: withStep(left, region.steps.get(target)), owing: false }
  }
  return { snapshot, visited, owing: false }
}

/** Goes to the step a migration named. */
function goTo(flow: Flow, { snapshot, visited }: Track, to: string): Track {
  const gone = gapIn(flow.machine, snapshot.value) !== undefined
  const { rest } = closeGaps(flow, snapshot.value)
  const [node, step] = [...flow.chart.stepOf].find(([, { id }]) => id === to) ?? []
  if (!node) throw unreadable(`a migration sends people to the step "${to}", which flow "${flow.id}" does not have`)
  const before = revive(flow.machine, { ...snapshot, value: rest })
  if (!gone && currentStep(flow, before)?.id === to) return { snapshot, visited }
  const moved = { ...snapshot, value: valueAt(node, rest) }
  const live = revive(flow.machine, moved)
  const progress = progressIn(flow, live, { snapshot: moved, visited })
  // The steps after that one have to be reached again.
  const left = regionsOf(flow.chart, live).reduce((seen, region) => {
    const kept = progress.upTo(region, to)
    return seen.filter((one) => kept.includes(one))
  }, visited)
  return { snapshot: moved, visited: withStep(left, step) }
}

/** Goes on in every region whose state is not there any more, at the first step in it that is not answered. */
function fillGaps(flow: Flow, { snapshot, visited }: Track): Track {
  const { rest, regions } = closeGaps(flow, snapshot.value)
  let track: Track = { snapshot: { ...snapshot, value: rest }, visited }
  for (const node of regions) {
    const region = flow.chart.regions.get(node)
    if (!region) continue
    const progress = progressIn(flow, revive(flow.machine, track.snapshot), track)
    const target = progress.firstIncomplete(region)
    const step = region.steps.get(target)
    track = {
      snapshot: { ...track.snapshot, value: valueAt(target, track.snapshot.value) },
      visited: withStep(step ? progress.upTo(region, step.id) : track.visited, step),
    }
  }
  return track
}

/** The value with every part that is gone starting anew, and the nodes of the regions around those parts. */
function closeGaps({ machine }: Flow, value: unknown): { rest: unknown; regions: StateNode[] } {
  const regions: StateNode[] = []
  let rest = value
  for (let gap = gapIn(machine, rest); gap; gap = gapIn(machine, rest)) {
    if (gap.region?.type === 'compound') regions.push(gap.region)
    rest = gap.rest
  }
  return { rest, regions }
}

const withStep = (visited: readonly string[], step: Step | undefined): readonly string[] =>
  !step || visited.includes(step.id) ? visited : [...visited, step.id]

const unreadable = (message: string): DogearError => new DogearError('record_unreadable', message)
