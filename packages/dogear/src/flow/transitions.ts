// The transitions written on a state node.

import type { StateNode } from './nodes.ts'

/** `event` is an event descriptor (`''`: eventless). A `guarded` transition may be refused. */
export type Transition = { event: string; target: readonly StateNode[]; guarded: boolean }

/** The transitions written on a state node itself, without the `route` that leads back to it. */
export function transitionsOf(node: StateNode): Transition[] {
  const own = [...node.transitions, ['', node.always ?? []] as const].filter(([event]) => event !== 'xstate.route')
  return own.flatMap(([event, list]) =>
    list.map(({ target, guard }) => ({ event, target: (target ?? []) as StateNode[], guarded: guard !== undefined })),
  )
}

/** True if `node`, or a state around it, takes events of `type` if their guards agree. */
export function listensFor(node: StateNode, type: string): boolean {
  for (let at: StateNode | undefined = node; at; at = at.parent) {
    const own = [...at.transitions.entries()].filter(([descriptor]) => matches(descriptor, type)).flatMap(([, t]) => t)
    if (own.some((t) => t.target || t.actions.length > 0)) return true
    // Written without target and actions, an event is forbidden here and goes no further.
    if (own.some((t) => t.guard === undefined)) return false
  }
  return false
}

/** True if an event descriptor covers a type: `form.*` covers `form`, `form.sent`, all below; `*` covers everything. */
export const matches = (descriptor: string, type: string): boolean =>
  descriptor === type ||
  descriptor === '*' ||
  (descriptor.endsWith('.*') && `${type}.`.startsWith(descriptor.slice(0, -1)))
