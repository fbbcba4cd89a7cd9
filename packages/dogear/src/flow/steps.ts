// The steps of a flow: the states that a person sees as one page.

import { accepts, type Machine, routeTo } from './machine.ts'
import { type Live, lastActive, type StateNode } from './nodes.ts'

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

/** The step a person is at, if any: that of the innermost active state that is one, of parallel regions the last. */
export const currentStep = ({ chart }: Charted, live: Live): Step | undefined =>
  lastActive(live, (node) => chart.stepOf.get(node))

/** True if the machine would go back to `step` now. */
export const canRoute = (machine: Machine, live: Live, step: Step): boolean =>
  step.routable && accepts(machine, live, routeTo(step.id))
