// What a turn may be asked to do, by whom, and what can become of it.

import type { Issue } from '../errors.ts'
import type { MachineEvent } from '../flow/machine.ts'
import type { Position } from '../wire.ts'
import type { Holding, Result } from './effects.ts'
import type { Handoff, Owner } from './record.ts'

/**
 * Who sends a command: the hash of the device's secret, what to call the device when it is new, and who is signed in there.
 */
export type Sender = { secretHash: string; label: string; owner?: Owner }

/**
 * From a person: an event from `step`, sent having seen `position`, in the shape it had at `version` of the flow; without one, of
 * today.
 */
export type EventCommand = {
  kind: 'event'
  opId: string
  version?: number
  step?: string
  position?: Position
  event: MachineEvent
  sender: Sender
}
/**
 * From a person: the fields of `step` that were typed `ageMs` ago (0), null for one taken out; whatever was typed later stays.
 * `opId` is that of the submission they are becoming. `issues` replace what was wrong with the draft, `type` asks to find out.
 */
export type DraftCommand = {
  kind: 'draft'
  opId: string
  step: string
  values: Readonly<Record<string, unknown>>
  ageMs?: number | undefined
  issues?: readonly Issue[]
  type?: string | undefined
  version?: number | undefined
  sender: Sender
}
/** From a person: an offer to pass the session on. `link` and `code` are hashes. */
export type IssueCommand = { kind: 'issue'; handoff: Omit<Handoff, 'by'>; sender: Sender }
/** From the browser that was passed a link or a code with this hash; `device` is what it will be, with its new secret. */
export type RedeemCommand = { kind: 'redeem'; by: 'link' | 'code'; hash: string; device: Sender }
/** From the owner at a browser that has nothing of the session yet; `owner` is their id. */
export type OpenAsOwnerCommand = { kind: 'open-as-owner'; owner: Owner['id']; device: Sender }
/** From a device the session was moved away from: `sender` is what it was, `device` what it will be, with its new secret. */
export type TakeBackCommand = { kind: 'take-back'; sender: Sender; device: Sender }
/** From a person: ends the access of the device with this id, or of all `others`. */
export type RevokeCommand = { kind: 'revoke'; device: string; sender: Sender }
/** From a person: keep the session for longer, and nothing else. */
export type ExtendCommand = { kind: 'extend'; sender: Sender }
/** From a person who is signed in: this is theirs. */
export type AttachCommand = { kind: 'attach'; sender: Sender }
/** From the engine: fire what is due, and take over effects whose lease ran out. */
export type WakeCommand = { kind: 'wake' }
/** From the engine: the effect held by `holding` ended. */
export type SettleCommand = { kind: 'settle'; holding: Holding; result: Result }
/** From the engine: whoever holds an effect keeps it until `until`, in milliseconds since the Unix epoch; now gives it up. */
export type LeaseCommand = { kind: 'lease'; holding: Holding; until: number }

/** From a browser that holds no secret for the session (any more) and asks for one. */
export type NewcomerCommand = RedeemCommand | OpenAsOwnerCommand | TakeBackCommand
/** Who may use the session, and how long. */
export type AccessCommand = NewcomerCommand | IssueCommand | RevokeCommand | ExtendCommand | AttachCommand
export type EngineCommand = WakeCommand | SettleCommand | LeaseCommand

/** `session` is what effect ids derive from; `nonce` marks the commit as this writer's own; `leaseMs` is an effect's first lease. */
export type Command = (EventCommand | DraftCommand | AccessCommand | EngineCommand) & {
  session: string
  nonce: string
  leaseMs: number
}

export type Reason =
  | 'invalid'
  | 'not-accepted'
  | 'stale'
  | 'expired'
  | 'done'
  | 'op-reused'
  | 'handoff-gone'
  | 'too-many'

export type Refused = { kind: 'rejected'; reason: Reason; issues: readonly Issue[] }

/** `duplicate`: it was applied before, or there is nothing to do; the record stays as it is. */
export type Outcome = { kind: 'applied' } | { kind: 'duplicate' } | Refused

export const refused = (reason: Reason, issues: readonly Issue[] = []): Refused => ({
  kind: 'rejected',
  reason,
  issues,
})

export const isEngine = <C extends { kind: string }>(command: C): command is Extract<C, EngineCommand> =>
  command.kind === 'wake' || command.kind === 'settle' || command.kind === 'lease'

export const isNewcomer = <C extends { kind: string }>(command: C): command is Extract<C, NewcomerCommand> =>
  command.kind === 'redeem' || command.kind === 'open-as-owner' || command.kind === 'take-back'
