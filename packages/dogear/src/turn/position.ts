// The step rule: the steps and positions an event may still be sent from.

import type { Flow } from '../flow/define.ts'
import { type Live, routeTo } from '../flow/machine.ts'
import { canRoute, currentStep } from '../flow/steps.ts'
import { mayGoBack } from '../flow/view.ts'
import type { Position } from '../wire.ts'
import { pending } from './effects.ts'
import type { UnsavedRecord } from './record.ts'

/** Apply the event here, go back to a step first, or refuse it because the person has not seen the current step. */
export type Placement = { kind: 'here' } | { kind: 'back'; event: ReturnType<typeof routeTo> } | { kind: 'stale' }

/**
 * Decides where an event from `step`, sent by someone who had seen `position`, belongs.
 *
 * Current position: here, or at an earlier step that was visited and can be routed to. Older: only if the person's step
 * is still the current one (a rebase). No position: only the current step.
 */
export function place(
  flow: Flow,
  record: UnsavedRecord,
  { live, step, position }: { live: Live; step: string | undefined; position: Position | undefined },
): Placement {
  const here = currentStep(live)?.id
  if (step === undefined)
    return position === undefined || isCurrent(record, position) ? { kind: 'here' } : { kind: 'stale' }
  if (step === here) return { kind: 'here' }
  if (position === undefined || !isCurrent(record, position)) return { kind: 'stale' }
  const target = flow.steps.find((candidate) => candidate.id === step)
  const open =
    target &&
    record.visited.includes(step) &&
    mayGoBack(
      live,
      pending(record.effects).map((effect) => effect.id),
    )
  return open && canRoute(flow.machine, live, target) ? { kind: 'back', event: routeTo(target.id) } : { kind: 'stale' }
}

const isCurrent = (record: UnsavedRecord, position: Position): boolean =>
  position.epoch === record.epoch && position.revision === record.revision
