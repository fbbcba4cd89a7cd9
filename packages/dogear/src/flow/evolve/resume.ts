// Where a person goes on after a deploy: no page that was put on their way is skipped, and no answer is asked for that is there.

import { DogearError } from '../../errors.ts'
import type { Flow } from '../define.ts'
import { allNodes, type Persisted, revive, type StateNode } from '../machine.ts'
import { currentStep, type Step, stepOf } from '../steps.ts'
import type { Wish } from './migrate.ts'
import { walkerOf } from './progress.ts'
import { pathTo, scopeAt, scopesOf, standsAt } from './reach.ts'
import { gapIn, valueAt } from './state-value.ts'

/** A person's place in a flow. `busy`: an effect is under way. `visited` are the steps they have been at, in order. */
export type Whereabouts = { snapshot: Persisted; visited: readonly string[]; busy: boolean }
/** `owing`: there is a page they have to be at, but not now; to be looked at again whenever they have moved. */
export type Resumed = { snapshot: Persisted; visited: readonly string[]; owing: boolean }

/**
 * The place a person goes on at, given where the migrations left them and which pages they have been at. Pure.
 *
 * Whoever stands where they could have come in the machine of today past pages they have seen, stays. Else a page was put on their
 * way, and they go to the first one they have not seen, with all their answers; from there the machine goes its way. If that page
 * is closed to them by the guard of its `route`, or starts an effect, they go to the last page before it. Pages that come after it
 * are no longer among those visited. A page the machine passes on its own with these answers is not asked for.
 *
 * Who is in a state that is not there any more goes to the step the migration names, else to the furthest page they have been at,
 * and past it if the guard of the next page says that its answers are there. Without guards a page may be shown twice, but none is
 * left out.
 *
 * Never moved: who is done, and while an effect is under way. Who is at a page that leads nowhere back (a declined payment, say)
 * while the one they have to be at is closed, is moved once it opens. No entry action runs, as in every migration: what the
 * context of a state needs is the migration's to give, what the state holds (`after`, `invoke`) starts.
 *
 * Throws `record_unreadable` for a state that is not there and that nothing above accounts for: one the last migration gave,
 * that of someone who is done, or one that is left with an effect under way without a step being named.
 */
export function resume(flow: Flow, place: Whereabouts, { to, stay, given }: Wish): Resumed {
  const { snapshot, visited, busy } = place
  const gap = gapIn(flow.machine, snapshot.value)
  if (gap && (snapshot.status !== 'active' || given || (busy && to === undefined)))
    throw unreadable(`the session is in the state "${gap.path}", which flow "${flow.id}" does not have`)
  if (snapshot.status !== 'active') return { snapshot, visited, owing: false }
  if (gap && to === undefined) return { ...fillGaps(flow, place), owing: false }
  const there = to === undefined || (busy && !gap) ? place : { ...goTo(flow, place, to), busy: false }
  return stay ? { snapshot: there.snapshot, visited: there.visited, owing: false } : catchUp(flow, there)
}

type Stand = Pick<Whereabouts, 'snapshot' | 'visited'>

/** The place after going to the first page owed, if there is one. */
function catchUp(flow: Flow, { snapshot, visited, busy }: Whereabouts): Resumed {
  const live = revive(flow.machine, snapshot)
  const walker = walkerOf(flow, live, { snapshot, visited })
  const here = currentStep(live)
  for (const scope of scopesOf(flow, live)) {
    const owed = pathTo(scope, standsAt(scope, live), walker)
    const page = owed?.missing[0]
    if (!owed || !page) continue
    const left = walker.upTo(scope, page.step.id)
    // From a page nobody may come back to, only the page that is owed itself is a way on.
    const ordinary = here?.routable || !flow.steps.some(({ routable }) => routable)
    const before = owed.way.slice(0, owed.way.indexOf(page.place)).reverse()
    const target = busy
      ? undefined
      : [page.place, ...(ordinary ? before : [])].find((one) => walker.mayEnter(scope, one))
    if (!target) return { snapshot, visited: withStep(left, here), owing: true }
    const value = valueAt(target, snapshot.value)
    return { snapshot: { ...snapshot, value }, visited: withStep(left, scope.pages.get(target)), owing: false }
  }
  return { snapshot, visited, owing: false }
}

/** The place after going to the step a migration named. */
function goTo(flow: Flow, { snapshot, visited }: Stand, to: string): Stand {
  const { rest } = closeGaps(flow, snapshot.value)
  const node = allNodes(flow.machine).find((candidate) => stepOf(candidate)?.id === to)
  if (!node) throw unreadable(`a migration sends people to the step "${to}", which flow "${flow.id}" does not have`)
  const before = revive(flow.machine, { ...snapshot, value: rest })
  if (rest === snapshot.value && currentStep(before)?.id === to) return { snapshot, visited }
  const moved = { ...snapshot, value: valueAt(node, rest) }
  const live = revive(flow.machine, moved)
  const walker = walkerOf(flow, live, { snapshot: moved, visited })
  // Whatever comes after that step has to be come by again.
  const left = scopesOf(flow, live).reduce((seen, scope) => {
    const kept = walker.upTo(scope, to)
    return seen.filter((step) => kept.includes(step))
  }, visited)
  return { snapshot: moved, visited: withStep(left, stepOf(node)) }
}

/** The place of someone in a state, or in regions, that are not there any more: the first page in there that is not answered. */
function fillGaps(flow: Flow, { snapshot, visited }: Stand): Stand {
  const { rest, scopes } = closeGaps(flow, snapshot.value)
  let stand: Stand = { snapshot: { ...snapshot, value: rest }, visited }
  for (const node of scopes) {
    const scope = scopeAt(flow, node)
    const live = revive(flow.machine, stand.snapshot)
    const walker = walkerOf(flow, live, stand)
    const target = walker.firstIncomplete(scope)
    const step = scope.pages.get(target)
    stand = {
      snapshot: { ...stand.snapshot, value: valueAt(target, stand.snapshot.value) },
      visited: withStep(step ? walker.upTo(scope, step.id) : visited, step),
    }
  }
  return stand
}

/** The value with every part that is gone starting anew, and the nodes of those parts. */
function closeGaps({ machine }: Flow, value: unknown): { rest: unknown; scopes: StateNode[] } {
  const scopes: StateNode[] = []
  let rest = value
  for (let gap = gapIn(machine, rest); gap; gap = gapIn(machine, rest)) {
    if (gap.scope?.type === 'compound') scopes.push(gap.scope)
    rest = gap.rest
  }
  return { rest, scopes }
}

const withStep = (visited: readonly string[], step: Step | undefined): readonly string[] =>
  !step || visited.includes(step.id) ? visited : [...visited, step.id]

const unreadable = (message: string): DogearError => new DogearError('record_unreadable', message)
