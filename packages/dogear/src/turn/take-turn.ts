// The heart: record + command + now -> next record, outcome, and what to do after the commit. Pure.

import type { Issue } from '../errors.ts'
import type { Flow } from '../flow/define.ts'
import { accepts, type MachineEvent, persist } from '../flow/machine.ts'
import { currentStep } from '../flow/steps.ts'
import type { Position } from '../wire.ts'
import { type After, advance, type Work } from './advance.ts'
import { deviceOf, type Sender, seen } from './devices.ts'
import { type Holding, held, type Result, resultEvent, takeOver } from './effects.ts'
import { leaveOpen, open, openNew } from './open.ts'
import { place } from './position.ts'
import { recall, remember } from './receipts.ts'
import { type Effect, expiryAt, type SessionRecord } from './record.ts'
import { validate } from './validate.ts'

/** From a person: an event from `step`, sent having seen `position`. */
export type EventCommand = {
  kind: 'event'
  opId: string
  step?: string
  position?: Position
  event: MachineEvent
  sender: Sender
}
/** From a person: values typed at `step` but not accepted or not submitted, with what is wrong with them. */
export type DraftCommand = {
  kind: 'draft'
  opId: string
  step: string
  values: Readonly<Record<string, unknown>>
  issues: readonly Issue[]
  sender: Sender
}
/** From the engine: fire what is due, and take over effects whose lease ran out. */
export type WakeCommand = { kind: 'wake' }
/** From the engine: the effect held by `holding` ended. */
export type SettleCommand = { kind: 'settle'; holding: Holding; result: Result }
/** From the engine: whoever holds an effect keeps it until `until`, in milliseconds since the Unix epoch; now gives it up. */
export type LeaseCommand = { kind: 'lease'; holding: Holding; until: number }

/** `session` is what effect ids derive from; `nonce` marks the commit as this writer's own; `leaseMs` is an effect's first lease. */
export type Command = (EventCommand | DraftCommand | WakeCommand | SettleCommand | LeaseCommand) & {
  session: string
  nonce: string
  leaseMs: number
}

export type Reason = 'invalid' | 'not-accepted' | 'stale' | 'expired' | 'done' | 'op-reused'
/** `duplicate`: it was applied before, or there is nothing to do; the record stays as it is. */
export type Outcome =
  | { kind: 'applied' }
  | { kind: 'duplicate' }
  | { kind: 'rejected'; reason: Reason; issues: readonly Issue[] }

/** `record` is the very same object unless the outcome is `applied`. `work` is the state as a view should show it. */
export type Turn = { record: SessionRecord | undefined; outcome: Outcome; after: After; work: Work | undefined }

const nothing: After = { acts: [], effects: [], dropped: [] }

/**
 * Takes one turn, purely: the same inputs give the same outputs, and nothing has happened yet when it returns.
 *
 * Order: expiry, overdue timers by deadline, receipt, validation, position, transition, timers and effects. `now` is in
 * milliseconds since the Unix epoch. Throws `DogearError` only for what no person can cause: `record_unreadable`,
 * `newer_version`, `flow_failed`.
 */
export function takeTurn(flow: Flow, record: SessionRecord | undefined, command: Command, now: number): Turn {
  const { session, leaseMs } = command
  const keep = (outcome: Outcome, work?: Work): Turn => ({ record, outcome, after: nothing, work })
  const reject = (reason: Reason, work?: Work, issues: readonly Issue[] = []): Turn =>
    keep({ kind: 'rejected', reason, issues }, work)

  const fromPerson = command.kind === 'event' || command.kind === 'draft'
  if (!record && !fromPerson) return reject('expired')
  if (record && now >= record.expiresAt) return reject('expired')
  const work = record ? open(flow, record, { now, session, leaseMs }) : openNew(flow, { now, session, leaseMs })
  if (!record && command.kind === 'event' && command.position && command.position.revision > 0)
    return reject('expired', work)

  if (command.kind === 'wake' || command.kind === 'settle' || command.kind === 'lease') {
    const done = record && obey(work, command, now)
    return done && done.record !== record ? apply(done) : keep({ kind: 'duplicate' }, work)
  }

  const known = recall(work.record, command.opId, bodyOf(command))
  if (known === 'same') return keep({ kind: 'duplicate' }, work)
  if (known === 'reused') return reject('op-reused', work)

  if (command.kind === 'draft') {
    if (!flow.steps.some((step) => step.id === command.step))
      return reject('invalid', work, [{ path: ['step'], message: 'This is not a step of the flow.' }])
    const drafts = { ...work.record.drafts, [command.step]: { values: command.values, issues: command.issues } }
    return apply({ ...work, record: { ...work.record, drafts } }, command)
  }

  const valid = validate(flow, command.event)
  if (!valid.ok) return reject('invalid', work, valid.issues)
  if (work.live.status !== 'active') return reject('done', work)
  const placement = place(flow, work.record, { live: work.live, step: command.step, position: command.position })
  if (placement.kind === 'stale') return reject('stale', work)
  const there = placement.kind === 'back' ? advance(work, placement.event, { at: now, silent: true }) : work
  if (!accepts(flow.machine, there.live, valid.event)) return reject('not-accepted', work)
  const device = deviceOf(work.record, command.sender.secretHash)?.id ?? 'd1'
  const moved = advance(there, valid.event, { at: now, device })
  return apply(forget(moved, command.step ?? currentStep(work.live)?.id), command)

  function apply(done: Work, operation?: EventCommand | DraftCommand): Turn {
    const revision = (record?.revision ?? 0) + 1
    const base = done.record
    const next: SessionRecord = {
      ...base,
      version: flow.version,
      revision,
      commit: command.nonce,
      snapshot: persist(flow.machine, done.live),
      receipts: operation ? remember(base, operation.opId, bodyOf(operation), revision) : base.receipts,
      devices: operation ? seen(base, operation.sender, now) : base.devices,
      updatedAt: now,
      expiresAt: operation ? expiryAt(flow, base.createdAt, now) : base.expiresAt,
    }
    const before = record?.effects ?? []
    const effects = next.effects.filter((effect) => !effect.settled && held(before, effect) === undefined)
    const finished = { ...done, record: next }
    leaveOpen(finished)
    const after = { acts: done.acts, effects, dropped: done.dropped }
    return { record: next, outcome: { kind: 'applied' }, after, work: finished }
  }
}

const bodyOf = (operation: EventCommand | DraftCommand): unknown =>
  operation.kind === 'event' ? operation.event : [operation.step, operation.values]

/** What was typed at a step is no longer a draft once the step was submitted. */
function forget(work: Work, step: string | undefined): Work {
  if (step === undefined || !(step in work.record.drafts)) return work
  const { [step]: _, ...drafts } = work.record.drafts
  return { ...work, record: { ...work.record, drafts } }
}

/** The work after a command of the engine; the same record if there was nothing to do or the lease was lost. */
function obey(work: Work, command: WakeCommand | SettleCommand | LeaseCommand, now: number): Work {
  const { effects } = work.record
  const withEffects = (changed: readonly Effect[]): Work =>
    changed === effects ? work : { ...work, record: { ...work.record, effects: changed } }
  if (command.kind === 'wake') return withEffects(takeOver(effects, { now, leaseUntil: work.leaseUntil }))
  const mine = held(effects, command.holding)
  if (!mine) return work
  const change = command.kind === 'lease' ? { leaseUntil: command.until } : { settled: true as const }
  const changed = withEffects(effects.map((effect) => (effect === mine ? { ...effect, ...change } : effect)))
  return command.kind === 'lease' ? changed : advance(changed, resultEvent(mine.id, command.result), { at: now })
}
