// What a client sees of a session: its place, the way so far, the way ahead, and the public part of its context.

import type { Gone, Position, View, ViewDraft, ViewStep } from '../wire.ts'
import type { Flow } from './define.ts'
import { listensFor } from './describe.ts'
import { activeNodes, type Live, type StateNode } from './machine.ts'
import { canRoute, currentStep, type Step } from './steps.ts'

/** What a view is made of besides the machine's state. `visited` are step ids in the order of the first visit. */
export type Seen = {
  tag: string | null
  gone: Gone | null
  position: Position
  saved: boolean
  visited: readonly string[]
  drafts: Readonly<Record<string, ViewDraft>>
  pending: readonly string[]
  timers: readonly { id: string; dueAt: number }[]
  expiresAt: number | null
}

/** The view of a state. Pure; evaluates the guards of the ways back. */
export function toView<Event extends { type: string }, Public>(
  flow: Flow<Event, Public>,
  live: Live,
  seen: Seen,
): View<Public, Event['type']> {
  const { tag, gone, position, saved, drafts, pending, timers, expiresAt } = seen
  const step = currentStep(live)?.id ?? null
  return {
    flow: flow.id,
    version: flow.version,
    tag,
    gone,
    ...position,
    saved,
    status: live.status === 'stopped' ? 'error' : live.status,
    value: live.value,
    step,
    steps: stepList(flow, live, seen),
    context: flow.view(live.context),
    accepts: acceptedTypes(flow, live) as Event['type'][],
    drafts,
    issues: (step !== null && drafts[step]?.issues) || [],
    pending,
    timers,
    tags: [...live.tags],
    expiresAt,
  }
}

/** The client events the active states listen for. Guards may depend on the payload, so they are not asked. */
function acceptedTypes(flow: Flow, live: Live): string[] {
  if (live.status !== 'active') return []
  const inner = activeNodes(live).filter((node) => node.type === 'atomic' || node.type === 'final')
  return Object.keys(flow.events).filter((type) => inner.some((node) => heard(flow, node).has(type)))
}

const heardBy = new WeakMap<StateNode, ReadonlySet<string>>()

// A node belongs to one prepared machine, and that to one flow, so the answer never changes.
function heard(flow: Flow, node: StateNode): ReadonlySet<string> {
  const known = heardBy.get(node)
  if (known) return known
  const types = new Set(Object.keys(flow.events).filter((type) => listensFor(node, type)))
  heardBy.set(node, types)
  return types
}

/** Whether a person may leave the current state for an earlier step: it is a step itself, and nothing is under way. */
export function mayGoBack(live: Live, pending: readonly string[]): boolean {
  return pending.length === 0 && currentStep(live) !== undefined
}

function stepList(flow: Flow, live: Live, { visited, pending }: Seen): ViewStep[] {
  const current = currentStep(live)
  const open = mayGoBack(live, pending)
  const way = new Map<string, ViewStep>()
  for (const id of current && !visited.includes(current.id) ? [...visited, current.id] : visited) {
    const step = flow.steps.find((candidate) => candidate.id === id)
    if (!step) continue
    if (step.id === current?.id) way.set(id, { id, path: step.path, title: step.title, state: 'current' })
    else if (open && canRoute(flow.machine, live, step))
      way.set(id, { id, path: step.path, title: step.title, state: 'done' })
  }
  for (const { id, path, title } of ahead(flow, live)) {
    if (!way.has(id)) way.set(id, { id, path, title, state: 'todo' })
  }
  return [...way.values()]
}

function ahead(flow: Flow, live: Live): readonly Step[] {
  const place = live.status === 'active' && activeNodes(live).findLast(({ id }) => flow.ahead.has(id))
  return (place && flow.ahead.get(place.id)) || []
}
