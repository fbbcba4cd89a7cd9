// The heart: record + command + now -> next record, outcome, and what to do after the commit. Pure.

import type { Flow } from '../flow/define.ts'
import { persist } from '../flow/machine.ts'
import { changeAccess } from './access/change-access.ts'
import { mayEnter, seen } from './access/devices.ts'
import { untouched } from './access/handoffs.ts'
import { attached } from './access/owners.ts'
import { type After, advance, type Opened } from './advance.ts'
import {
  type Command,
  type EngineCommand,
  isEngine,
  isNewcomer,
  type Outcome,
  type Refused,
  refused,
} from './commands.ts'
import { keepDraft } from './drafts.ts'
import { leasedBy, resultEvent, takeOver } from './effects.ts'
import { leaveOpen, open, openNew } from './open.ts'
import { knows, remember } from './receipts.ts'
import { type Effect, expiryAt, type SessionRecord } from './record.ts'
import { keepable } from './secrets.ts'
import { takeEvent } from './take-event.ts'

export type { Command, Outcome, Reason } from './commands.ts'

/**
 * `record` is the very same object unless the outcome is `applied`. `work` is the state as a view should show it; undefined for
 * who may not see it.
 */
export type Turn = { record: SessionRecord | undefined; outcome: Outcome; after: After; work: Opened | undefined }

const nothing: After = { actions: [], effects: [], dropped: [] }

/**
 * Takes one turn, purely: the same inputs give the same outputs, and nothing has happened yet when it returns.
 *
 * Order: expiry, access, overdue timers by deadline, receipt, validation, position, transition, timers and effects. `now` is in
 * milliseconds since the Unix epoch. Throws `DogearError` only for what no person can cause: `record_unreadable`,
 * `newer_version`, `flow_failed`.
 */
export function takeTurn(flow: Flow, record: SessionRecord | undefined, command: Command, now: number): Turn {
  const { session, leaseMs } = command
  const keep = (outcome: Outcome, work?: Opened): Turn => ({ record, outcome, after: nothing, work })

  if (record ? now >= record.expiresAt || !enters(record, command) : !begins(command)) return keep(refused('expired'))
  const work = record ? open(flow, record, { now, session, leaseMs }) : openNew(flow, { now, session, leaseMs })

  const done = decide(work, command, now)
  // Whoever asks to be let in sees nothing until they are.
  if ('kind' in done) return keep(done, isNewcomer(command) ? undefined : work)
  const idle = isEngine(command) ? done.record === record : done === work
  if (idle) return keep({ kind: 'duplicate' }, work)

  const next = finish(done, command, now)
  const effects = next.effects.filter((effect) => !effect.settled && !isUnderWay(record, effect))
  const finished = { ...done, record: next }
  leaveOpen(finished)
  const after = { actions: done.actions, effects, dropped: done.dropped }
  return { record: next, outcome: { kind: 'applied' }, after, work: finished }
}

const begins = ({ kind }: Command): boolean => kind === 'event' || kind === 'draft'

/** Whether an attempt was under way before the turn. By its key, because a migration may have given it another name. */
const isUnderWay = (record: SessionRecord | undefined, { effectId, attempt }: Effect): boolean =>
  (record?.effects ?? []).some((one) => one.effectId === effectId && one.attempt === attempt && !one.settled)

/** Whether the sender of a command may use the session at all. Who asks to be let in is looked at by that command. */
function enters(record: SessionRecord, command: Command): boolean {
  if (isEngine(command) || isNewcomer(command) || (begins(command) && record.devices.length === 0)) return true
  const { secretHash, owner } = command.sender
  return mayEnter(record, { secretHash, owner: owner?.id }) === 'yes'
}

/** The work after the command; the very same work if there is nothing to do. */
function decide(work: Opened, command: Command, now: number): Opened | Refused {
  if (command.kind === 'event') return takeEvent(work, command, now)
  if (command.kind === 'draft') return knows(work.record, command.opId) ? work : keepDraft(work, command, now)
  return isEngine(command) ? obey(work, command, now) : changeAccess(work, command, now)
}

/** The work after a command of the engine. */
function obey(work: Opened, command: EngineCommand, now: number): Opened {
  const { effects } = work.record
  const withEffects = (changed: readonly Effect[]): Opened =>
    changed === effects ? work : { ...work, record: { ...work.record, effects: changed } }
  if (command.kind === 'wake') return withEffects(takeOver(effects, { now, leaseUntil: work.leaseUntil }))
  const mine = leasedBy(effects, command.holding)
  if (!mine) return work
  const change = command.kind === 'lease' ? { leaseUntil: command.until } : { settled: true as const }
  const changed = withEffects(effects.map((effect) => (effect === mine ? { ...effect, ...change } : effect)))
  if (command.kind === 'lease') return changed
  return advance(changed, resultEvent(mine.id, keepable(work.flow, command.result)), { at: now })
}

/** The record of a turn that is applied. Only what a person does counts as activity. */
function finish({ flow, record, live }: Opened, command: Command, now: number): SessionRecord {
  const sender = isEngine(command) || isNewcomer(command) ? undefined : command.sender
  const base = sender ? attached(seen(record, sender, now), sender) : record
  const revision = record.revision + 1
  return {
    ...base,
    ended: isEngine(command) ? untouched(base) : base.ended,
    version: flow.version,
    revision,
    commit: command.nonce,
    snapshot: persist(flow.machine, live),
    receipts: command.kind === 'event' ? remember(base, command.opId, command.event, revision) : base.receipts,
    updatedAt: now,
    expiresAt: isEngine(command) ? base.expiresAt : expiryAt(flow, base.createdAt, now),
  }
}
