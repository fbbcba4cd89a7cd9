// The heart: record + command + now -> next record, outcome, what to do after the commit. Pure.

import { DogearError } from '../errors.ts'
import type { Flow } from '../flow/define.ts'
import { persist } from '../flow/machine.ts'
import { mendedCopyOf, wellFormedCopyOf } from '../plain-data.ts'
import { changeAccess, invite } from './access/change-access.ts'
import { mayEnter, seen } from './access/devices.ts'
import { untouched } from './access/handoffs.ts'
import { owned } from './access/owners.ts'
import { advance, nothing, type Opened, type Turn, type Unsaved } from './advance.ts'
import {
  type Command,
  type EngineCommand,
  isAdmission,
  isEngine,
  isFromBrowser,
  type Refused,
  refused,
  type Sender,
} from './commands.ts'
import { admit } from './door.ts'
import { keepDraft } from './drafts.ts'
import { heldBy, keptResult, resultEvent, stamp, takeOver, tryAgain } from './effects.ts'
import { expiryAfter, isNew, isSpent } from './lifetime.ts'
import { isBehind, open, openNew, recordOf } from './open.ts'
import { descend } from './position.ts'
import { knows, remember } from './receipts.ts'
import type { Effect, SessionRecord, UnsavedEffect } from './record.ts'
import { takeDispatch } from './take-dispatch.ts'
import { takeEvent } from './take-event.ts'
import { takeUnopened } from './unopened.ts'

export type { Turn }

/**
 * Takes one turn, purely: the same inputs give the same outputs, and nothing has happened yet when it returns.
 *
 * Order: expiry, access, overdue timers by deadline, receipt, validation, position, transition, timers and effects.
 * `at` is in milliseconds since the Unix epoch. Throws `DogearError` only for what no person can cause:
 * `record_unreadable`, `newer_version`, `flow_failed`.
 */
export function takeTurn(flow: Flow, stored: SessionRecord | Opened | undefined, sent: Command, at: number): Turn {
  const record = stored && recordOf(stored)
  const now = timeOf(at, record)
  const keep = (outcome: Unchanged['outcome'], shown?: Unchanged['shown']): Turn => ({
    ...{ changed: false, outcome, record, shown, after: nothing },
  })

  if (record ? isSpent(record, now) || !enters(record, sent) : !begins(sent)) return keep(refused('expired'))
  const unopened = record && takeUnopened(flow, record, sent, now)
  if (unopened) return unopened
  const unsaved = stored ? open(flow, stored, now) : openNew(flow, now, sent.input, sent.birth)
  const command = admit(sent)
  if (command.kind === 'rejected') return keep(command, unsaved)

  if (record && !isEngine(command) && isSpent(unsaved.record, now)) return keep(refused('expired'))
  const behind = record !== undefined && isBehind(unsaved, now)
  const decided = behind ? unsaved : decide(unsaved, command, now)
  // A browser that asks for access sees nothing until it has it.
  if (decided && 'kind' in decided) return keep(decided, isAdmission(command) ? undefined : unsaved)
  // The engine also commits what opening the record has changed: timers that fired, a migration.
  const next = decided ?? (isEngine(command) && unsaved.changed ? unsaved : undefined)
  if (!next) return keep({ kind: 'duplicate' }, unsaved)

  const { record: finished, started } = finish(next, behind ? { ...command, kind: 'wake' } : command, now)
  const after = { actions: next.actions, effects: started, dropped: next.dropped, failures: next.failures }
  const shown = { flow, record: finished, live: next.live }
  const turn = { changed: true as const, outcome: { kind: 'applied' as const }, record: finished, shown, after }
  return behind ? { ...turn, again: true } : turn
}

/**
 * The turn with well-formed text: U+FFFD stands for what the flow's own code left of a character that it cut in half.
 * Undefined if that is no remedy. Only to be asked for where such text stood in the way: to look for it costs time.
 */
export function mendedTurn(flow: Flow, turn: Extract<Turn, { changed: true }>): typeof turn | undefined {
  const record = wellFormedCopyOf(turn.record)
  const [actions, effects] = [mendedCopyOf(turn.after.actions), mendedCopyOf(turn.after.effects)]
  const failure = new DogearError('flow_failed', `code of flow "${flow.id}" has cut text in the middle of a character`)
  const after = { ...turn.after, actions, effects, failures: [...turn.after.failures, failure] }
  return record && { ...turn, record, after, shown: undefined }
}

/** How far a clock may have stepped back since the last turn. An estimate of the store's does, as it gets better. */
const maxStepBackMs = 250

/** The time of a turn in whole milliseconds, not before that of the last one, so that a later draft counts as later. */
function timeOf(at: number, record: SessionRecord | undefined): number {
  const now = Math.ceil(at)
  const last = record?.updatedAt ?? now
  return last - now > maxStepBackMs ? now : Math.max(now, last)
}

type Unchanged = Extract<Turn, { changed: false }>

const begins = ({ kind }: Command): boolean => kind === 'event' || kind === 'draft'

/** True if the sender of a command may use the session at all. An admission command decides that itself. */
function enters(record: SessionRecord, command: Command): boolean {
  if (!isFromBrowser(command) || isAdmission(command) || (begins(command) && record.devices.length === 0)) return true
  const owner = command.sender.owner?.id
  const opens = ({ secretHash }: Sender) => mayEnter(record, { secretHash, owner }) === 'yes'
  // Sent again, an attachment finds the secret of its sender ended by itself.
  return opens(command.sender) || (command.kind === 'attach' && opens(command.device))
}

/** The session after the command; undefined if there is nothing to do. */
function decide(unsaved: Unsaved, command: Command, now: number): Unsaved | Refused | undefined {
  if (command.kind === 'event') return takeEvent(unsaved, command, now)
  if (command.kind === 'draft')
    return knows(unsaved.record, command.opId) ? undefined : keepDraft(unsaved, command, now)
  if (command.kind === 'dispatch') return takeDispatch(unsaved, command, now)
  if (command.kind === 'invite') return invite(unsaved, command, now)
  return isEngine(command) ? obey(unsaved, command, now) : changeAccess(unsaved, command, now)
}

/** The session after a command of the engine; undefined if there is nothing to do. */
function obey(unsaved: Unsaved, command: EngineCommand, now: number): Unsaved | undefined {
  const { effects } = unsaved.record
  const failures = [...unsaved.failures]
  const withEffects = (changed: readonly UnsavedEffect[]): Unsaved => ({
    ...unsaved,
    failures,
    record: { ...unsaved.record, effects: changed },
  })
  if (command.kind === 'wake') {
    const taken = takeOver(unsaved.flow, effects, { leased: command.leased ?? [], now })
    return taken && withEffects(taken)
  }
  const mine = command.kind === 'settle' ? heldBy(effects, command.holding) : undefined
  if (command.kind !== 'settle' || !mine) return undefined
  const withMine = (changed: UnsavedEffect) => withEffects(effects.map((one) => (one === mine ? changed : one)))
  const result = keptResult(unsaved.flow, mine, { result: command.result, failures })
  const again = tryAgain(unsaved.flow, mine, result)
  if (again) return withMine(again)
  const { result: _, ...rest } = mine
  return advance(withMine({ ...rest, settled: true }), resultEvent(mine.id, result), { at: now })
}

type Finished = { record: SessionRecord; started: readonly Effect[] }

/** The session of a turn that is applied, and the effects it starts. A turn of the engine is no activity. */
function finish({ flow, record, live }: Unsaved, command: Command, now: number): Finished {
  const byPerson = isFromBrowser(command)
  const sender = byPerson && !isAdmission(command) ? command.sender : undefined
  const begins = command.kind === 'event' && record.receipts.length === 0
  const base = sender ? owned(seen(record, sender, now), sender, begins) : record
  const revision = record.revision + 1
  const { session, leaseMs } = command
  const { effects, started } = stamp(base.effects, { session, leaseMs, now })
  const next = {
    ...base,
    effects,
    ended: byPerson ? base.ended : untouched(base),
    version: flow.version,
    revision,
    mark: command.mark,
    lineage: descend(record),
    snapshot: persist(flow.machine, live),
    receipts:
      command.kind === 'event' || command.kind === 'dispatch' ? remember(base, command, revision) : base.receipts,
    updatedAt: now,
    expiresAt: expiryAfter(flow, base, { now, used: !isEngine(command), isNew: isNew(base, live.status) }),
  }
  return { record: next, started }
}
