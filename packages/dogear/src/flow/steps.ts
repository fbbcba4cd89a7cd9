// The steps of a flow: the states that a person sees as one page.

import { accepts, type Machine, routeTo } from './machine.ts'
import { isWithin, type Live, type StateNode } from './nodes.ts'

/** One page of a flow. `id` is the node's explicit id, else its dotted path; a `routable` step can be revisited. */
export type Step = { id: string; path: string; title: string; routable: boolean }

/** The step in the `meta` of a state node. */
export function toStep(node: StateNode): Step | undefined {
  const { path, title } = (node.meta as { step?: { path?: unknown; title?: unknown } } | undefined)?.step ?? {}
  if (typeof path !== 'string') return undefined
  const { id, route } = node.config as { id?: string; route?: unknown }
  const routable = id !== undefined && route !== undefined
  return { id: id ?? node.path.join('.'), path, title: String(title ?? path), routable }
}

type Charted = { readonly chart: { readonly stepOf: ReadonlyMap<StateNode, Step> } }

/**
 * The steps of the innermost active states that are one, in document order: of parallel regions that have steps one
 * each.
 */
export function activeSteps({ chart }: Charted, live: Live): readonly Step[] {
  // A turn asks many times, almost always with one step active.
  let only: Step | undefined
  for (const node of live._nodes) {
    const step = chart.stepOf.get(node)
    if (step && only) return innermost(chart, live)
    only ??= step
  }
  return only ? [only] : []
}

function innermost(chart: Charted['chart'], live: Live): readonly Step[] {
  const nodes = live._nodes.filter((node) => chart.stepOf.has(node))
  const inner = nodes.filter((node) => !nodes.some((other) => other !== node && isWithin(node, other)))
  return inner.sort((a, b) => a.order - b.order).map((node) => chart.stepOf.get(node) as Step)
}

/** The step a person is at, if any: of several active ones the one they were `at` last, at first the first. */
export function currentStep(charted: Charted, live: Live, at?: string): Step | undefined {
  const active = activeSteps(charted, live)
  return active.find(({ id }) => id === at) ?? active[0]
}

/** A move of the machine: what was active, the step its person was at, and true for an event of theirs. */
type Moved = { before: Live; at: string | undefined; byPerson: boolean }

/**
 * The step to remember the person by after a move to `live`; undefined where only one is active and no history state
 * leads back to theirs. A person goes along with their own event, to the step it opens, or back to the one they were at
 * when they left. Timers and effects leave them where they are, if that is still there.
 */
export function personAt(charted: Charted, live: Live, { before, at, byPerson }: Moved): string | undefined {
  const now = activeSteps(charted, live).map(({ id }) => id)
  if (now.length < 2) return at !== undefined && isRemembered(charted, live, at) ? at : undefined
  const was = activeSteps(charted, before).map(({ id }) => id)
  const opened = now.find((id) => !was.includes(id))
  const stays = at !== undefined && now.includes(at) ? at : undefined
  const leaves = byPerson && stays !== undefined && was.includes(stays)
  return leaves ? (opened ?? stays) : (stays ?? opened)
}

function isRemembered({ chart }: Charted, { historyValue }: Live, id: string): boolean {
  const left = Object.values<StateNode[]>(historyValue as Record<string, StateNode[]>).flat()
  const nodes = [...chart.stepOf].flatMap(([node, step]) => (step.id === id ? [node] : []))
  return nodes.some((node) => left.some((one) => isWithin(node, one) || isWithin(one, node)))
}

/** True if the machine would go back to `step` now. */
export const canRoute = (machine: Machine, live: Live, step: Step): boolean =>
  step.routable && accepts(machine, live, routeTo(step.id))
