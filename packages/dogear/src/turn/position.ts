// The step rule: the steps from which an event may still be sent, given the state that its sender has seen.

import type { Flow } from '../flow/define.ts'
import { routeTo } from '../flow/machine.ts'
import type { Live } from '../flow/nodes.ts'
import { activeSteps, canRoute } from '../flow/steps.ts'
import { mayGoBack } from '../flow/view.ts'
import { samePosition } from '../position.ts'
import type { Position } from '../wire.ts'
import { pending } from './effects.ts'
import { mayBeForgotten } from './receipts.ts'
import type { UnsavedRecord } from './record.ts'

/**
 * The state that somebody has seen: the record as it is, an `earlier` one, one that the store has `lost`, because its
 * last writes are gone, or `unknown`: too old to tell, or of another session that this browser had.
 */
export type Relation = 'current' | 'earlier' | 'unknown' | 'lost'

/** True if nothing has happened since `seen`. The epoch may be later: the session came back from the archive then. */
const isCurrent = ({ epoch, revision, mark }: UnsavedRecord, seen: Position): boolean =>
  seen.epoch <= epoch && samePosition({ epoch: seen.epoch, revision, mark }, seen)

export function relationOf(record: UnsavedRecord, seen: Position): Relation {
  if (isCurrent(record, seen)) return 'current'
  if (seen.revision === 0) return 'earlier'
  if (!isOf(record, seen)) return 'unknown'
  const age = record.revision - seen.revision
  if (age <= 0 || seen.epoch > record.epoch) return 'lost'
  if (age * partLength > record.lineage.length) return 'unknown'
  return record.lineage.slice(-age * partLength).slice(0, partLength) === partOf(seen) ? 'earlier' : 'lost'
}

// 18 random bits of each of 12 marks: what a record's bookkeeping has room for.
const remembered = 12
const partLength = 3

/** True if `seen` is a state of this session; of another one, or of none, it is not. */
export const isOf = (record: Pick<UnsavedRecord, 'mark'>, seen: Pick<Position, 'mark'>): boolean =>
  sessionIn(record) === sessionIn(seen)

const sessionIn = ({ mark }: Pick<Position, 'mark'>): string => mark.slice(0, 3)
const partOf = ({ mark }: Pick<Position, 'mark'>): string => mark.slice(3, 3 + partLength)

/** The lineage of the record that follows this one. */
export const descend = (record: Pick<UnsavedRecord, 'lineage' | 'mark'>): string =>
  (record.lineage + partOf(record)).slice(-remembered * partLength)

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
  const current = position !== undefined && isCurrent(record, position)
  if (position && mayBeForgotten(record, position)) return { kind: 'stale' }
  if (step === undefined) return !position || current ? { kind: 'here' } : { kind: 'stale' }
  if (activeSteps(flow, live).some(({ id }) => id === step)) return { kind: 'here' }
  if (!current) return { kind: 'stale' }
  const target = flow.steps.find((candidate) => candidate.id === step)
  const open = target && record.visited.includes(step) && mayGoBack(flow, live, pending(record.effects).length > 0)
  return open && canRoute(flow.machine, live, target) ? { kind: 'back', event: routeTo(target.id) } : { kind: 'stale' }
}
