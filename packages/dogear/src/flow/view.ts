// The view of a session: the part of it that a client may see.

import { isDogearError } from '../errors.ts'
import { type AsJson, toJson } from '../json-data.ts'
import { copyOf, wholeCopyOf } from '../plain-data.ts'
import type { Gone, Moves, Position, View, ViewDraft, ViewStep } from '../wire.ts'
import { stepsAheadOf } from './ahead.ts'
import type { Flow } from './define.ts'
import { answerOf } from './foreign.ts'
import { hidden } from './form/marks.ts'
import type { Live } from './nodes.ts'
import { activeSteps, canRoute, currentStep, type Step } from './steps.ts'

/** The parts of a view besides the machine's state. `visited` are step ids in the order of the first visit. */
export type Seen = {
  tag: string | null
  /** The session's among several of its flow. */
  key?: string | undefined
  gone: Gone | null
  position: Position
  saved: boolean
  visited: readonly string[]
  /** The step the person was at last, where several are active. */
  at?: string | undefined
  drafts: Readonly<Record<string, ViewDraft>>
  pending: readonly string[]
  timers: readonly { id: string; dueAt: number }[]
  moved: Moves
  expiresAt: number | null
}

/**
 * The view of a state: data of its own, which the caller may change or keep. Pure; evaluates the guards of the steps
 * that can be gone back to. Throws `flow_failed` if one of them or the flow's `view` does.
 */
export function toView<Event extends { type: string }, Public>(
  flow: Flow<Event, Public>,
  live: Live,
  seen: Seen,
): View<AsJson<Public>, Event['type']> {
  const { tag, key, gone, position, saved, drafts, pending, timers, moved, expiresAt } = seen
  const { epoch, revision, mark } = position
  const step = currentStep(flow, live, seen.at)?.id ?? null
  return {
    flow: flow.id,
    version: flow.version,
    tag,
    ...(key !== undefined && { key }),
    gone,
    epoch,
    revision,
    mark,
    saved,
    status: live.status === 'stopped' ? 'error' : live.status,
    value: copyOf(live.value),
    step,
    steps: stepList(flow, live, seen),
    context: shownContext(flow, live, saved) as AsJson<Public>,
    accepts: takenTypes(flow, live, Object.keys(flow.events)) as Event['type'][],
    drafts: toJson(copyOf(drafts)) as Seen['drafts'],
    issues: copyOf((step !== null && drafts[step]?.issues) || []),
    pending,
    timers,
    tags: [...live.tags],
    moved,
    expiresAt,
  }
}

/**
 * The public part of the context as it arrives, whichever way it goes: by HTTP, or into a page on the server. A `view`
 * may edit what it is given, or show what belongs to the flow. A context that was never saved may still be more than
 * can be.
 */
function shownContext(flow: Flow, live: Live, saved: boolean): unknown {
  const what = `the view of flow "${flow.id}"`
  const own: unknown = saved ? copyOf(live.context) : answerOf(what, () => wholeCopyOf(live.context))
  const shown = answerOf(what, () => flow.view(own))
  const sent = answerOf(what, () => toJson(shown === own ? shown : wholeCopyOf(shown)))
  return hidden(flow.marks.secret, sent)
}

/** The `types` of events the active states take. Guards may depend on the payload, so they are not asked. */
export function takenTypes({ chart }: Pick<Flow, 'chart'>, live: Live, types: readonly string[]): string[] {
  if (live.status !== 'active') return []
  const takes = (type: string): boolean => {
    for (const node of live._nodes)
      if ((node.type === 'atomic' || node.type === 'final') && chart.listens.get(node)?.has(type)) return true
    return false
  }
  return types.filter(takes)
}

/** True if a person may leave the current state for an earlier step: it is a step itself, no effect is under way. */
export const mayGoBack = (flow: Flow, live: Live, busy: boolean): boolean =>
  !busy && currentStep(flow, live) !== undefined

/** A guard that throws keeps a step closed. It must not keep the page from being shown. */
function mayRoute({ machine }: Flow, live: Live, step: Step): boolean {
  try {
    return canRoute(machine, live, step)
  } catch (error) {
    if (isDogearError(error) && error.code === 'flow_failed') return false
    throw error
  }
}

function stepList(flow: Flow, live: Live, { visited, pending, at }: Seen): ViewStep[] {
  const current = currentStep(flow, live, at)
  const active = activeSteps(flow, live)
  const open = mayGoBack(flow, live, pending.length > 0)
  let asked: Live | undefined
  const isOpen = (step: Step): boolean => {
    if (!open || !step.routable) return false
    // Guards may edit the context they are given.
    asked ??= { ...live, context: copyOf(live.context) } as Live
    return mayRoute(flow, asked, step)
  }
  const list = new Map<string, ViewStep>()
  for (const id of visited) {
    const step = flow.chart.stepsById.get(id)
    if (!step) continue
    if (step === current) list.set(id, { ...toViewStep(step), state: 'current' })
    else if (active.includes(step)) list.set(id, { ...toViewStep(step), open: true })
    else if (isOpen(step)) list.set(id, { ...toViewStep(step), state: 'done' })
  }
  if (current && !list.has(current.id)) list.set(current.id, { ...toViewStep(current), state: 'current' })
  for (const step of active) if (!list.has(step.id)) list.set(step.id, { ...toViewStep(step), open: true })
  const ahead = live.status === 'active' ? stepsAheadOf(flow.chart, live) : []
  for (const step of ahead) if (!list.has(step.id)) list.set(step.id, toViewStep(step))
  return [...list.values()]
}

const toViewStep = ({ id, path, title }: Step): ViewStep => ({ id, path, title, state: 'todo' })
