// The step rule: the steps from which an event may still be sent.

import type { Flow } from '../flow/define.ts'
import { routeTo } from '../flow/machine.ts'
import type { Live } from '../flow/nodes.ts'
import { canRoute, currentStep } from '../flow/steps.ts'
import { mayGoBack } from '../flow/view.ts'
import type { Position } from '../wire.ts'
import { pending } from './effects.ts'
import type { UnsavedRecord } from './record.ts'

/** An event is applied here, applied after going back to a step, or refused: its sender has not seen this step. */
export type Placement = { kind: 'here' } | { kind: 'back'; event: ReturnType<typeof routeTo> } | { kind: 'stale' }

/**
 * The placement of an event from `step` whose sender had seen `position`. With the current position, it may come from
 * the current step or a visited one that can be routed to; with an older one or none, only from the current step.
 */
export function place(
  flow: Flow,
  record: UnsavedRecord,
  { live, step, position }: { live: Live; step: string | undefined; position: Position | undefined },
): Placement {
  const here = currentStep(flow, live)?.id
  if (step === undefined)
    return position === undefined || isCurrent(record, position) ? { kind: 'here' } : { kind: 'stale' }
  if (step === here) return { kind: 'here' }
  if (position === undefined || !isCurrent(record, position)) return { kind: 'stale' }
  const target = flow.steps.find((candidate) => candidate.id === step)
  const open = target && record.visited.includes(step) && mayGoBack(flow, live, pending(record.effects).length > 0)
  return open && canRoute(flow.machine, live, target) ? { kind: 'back', event: routeTo(target.id) } : { kind: 'stale' }
}

const isCurrent = (record: UnsavedRecord, position: Position): boolean =>
  position.epoch === record.epoch && position.revision === record.revision
