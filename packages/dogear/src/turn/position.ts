// Positions inside a turn: how the state that a sender has seen relates to the record, and the steps it may send from.

import type { Flow } from '../flow/define.ts'
import { routeTo } from '../flow/machine.ts'
import type { Live } from '../flow/nodes.ts'
import { canRoute, currentStep } from '../flow/steps.ts'
import { mayGoBack } from '../flow/view.ts'
import { samePosition } from '../position.ts'
import type { Position } from '../wire.ts'
import { pending } from './effects.ts'
import { mayBeForgotten } from './receipts.ts'
import type { UnsavedRecord } from './record.ts'

/**
 * The state that somebody has seen: the record as it is, an `earlier` one, one that the store has `lost`, because its
 * last writes are gone, or one too old to tell (`forgotten`).
 */
export type Relation = 'current' | 'earlier' | 'forgotten' | 'lost'

export function relationOf(record: UnsavedRecord, seen: Position): Relation {
  if (samePosition(record, seen)) return 'current'
  if (seen.revision === 0) return 'earlier'
  const age = record.revision - seen.revision
  if (age <= 0 || seen.epoch > record.epoch) return 'lost'
  if (age * markLength > record.lineage.length) return 'forgotten'
  const mark = record.lineage.slice(-age * markLength).slice(0, markLength)
  return seen.mark.startsWith(mark) ? 'earlier' : 'lost'
}

// 18 bits of each of 12 marks: what a record's bookkeeping has room for.
const marks = 12
const markLength = 3

/** The lineage of the record that follows this one. */
export const descend = ({ lineage, mark }: Pick<UnsavedRecord, 'lineage' | 'mark'>): string =>
  (lineage + mark.slice(0, markLength)).slice(-marks * markLength)

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
  const current = position !== undefined && samePosition(record, position)
  if (position && mayBeForgotten(record, position)) return { kind: 'stale' }
  const here = currentStep(flow, live)?.id
  if (step === undefined) return !position || current ? { kind: 'here' } : { kind: 'stale' }
  if (step === here) return { kind: 'here' }
  if (!current) return { kind: 'stale' }
  const target = flow.steps.find((candidate) => candidate.id === step)
  const open = target && record.visited.includes(step) && mayGoBack(flow, live, pending(record.effects).length > 0)
  return open && canRoute(flow.machine, live, target) ? { kind: 'back', event: routeTo(target.id) } : { kind: 'stale' }
}
