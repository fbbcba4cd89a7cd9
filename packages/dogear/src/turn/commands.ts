// Commands: all that a turn may be asked to do, with the possible outcomes.

import type { Issue } from '../errors.ts'
import type { MachineEvent } from '../flow/machine.ts'
import type { Position } from '../wire.ts'
import type { Holding } from './effects.ts'
import type { Birth, Handoff, Owner, Result } from './record.ts'

/** The browser that sends a command: the hash of its secret, a name for a new device, the user signed in there. */
export type Sender = { secretHash: string; label: string; owner?: Owner }

/**
 * From a person: an event sent from `step` after seeing `position`, in the shape of `version` (or the current one).
 * `fields`: the names of all that its form has, also of empty ones, so that its schema reads text as a form means it.
 * `form`: the one of several forms of this event.
 */
export type EventCommand = {
  kind: 'event'
  opId: string
  version?: number | undefined
  step?: string | undefined
  position?: Position | undefined
  fields?: readonly string[] | undefined
  form?: string | undefined
  event: MachineEvent
  sender: Sender
}
/**
 * From a person: the fields of `step` typed `ageMs` ago (0), null for one taken out; fields typed later stay. `opId` is
 * that of the later submission. `form`, by default `type`, is the event the fields are typed for; `whole`: it has no
 * others. `issues` replace those of the draft; with `type`, the schema of that event finds them.
 */
export type DraftCommand = {
  kind: 'draft'
  opId: string
  step: string
  values: Readonly<Record<string, unknown>>
  ageMs?: number | Readonly<Record<string, number>> | undefined
  issues?: readonly Issue[] | undefined
  form?: string | undefined
  type?: string | undefined
  whole?: boolean | undefined
  version?: number | undefined
  sender: Sender
}
/** From a person: an offer to pass the session on. `link` and `code` are hashes. */
export type IssueCommand = { kind: 'issue'; handoff: Omit<Handoff, 'by'>; sender: Sender }
/** From the browser that was passed a link or a code with this hash; `device` holds its new secret. */
export type RedeemCommand = { kind: 'redeem'; by: 'link' | 'code'; hash: string; device: Sender }
/** From the owner at a browser without access; `owner` is their id, `device` holds its new secret. */
export type OpenAsOwnerCommand = { kind: 'open-as-owner'; owner: Owner['id']; device: Sender }
/** From a device the session was moved away from: `sender` holds its old secret, `device` its new one. */
export type TakeBackCommand = { kind: 'take-back'; sender: Sender; device: Sender }
/** From a person: ends the access of the device with this id, or of all `others`. */
export type RevokeCommand = { kind: 'revoke'; device: string; sender: Sender }
/** From a person: move the expiry, nothing else. */
export type ExtendCommand = { kind: 'extend'; sender: Sender }
/** From a person who has just signed in: make the session theirs. `device` holds the new secret of their browser. */
export type AttachCommand = { kind: 'attach'; sender: Sender; device: Sender }
/** From the server, for the state as it is: an event that a person may send, or one that only a server may. */
export type DispatchCommand = { kind: 'dispatch'; opId: string; event: MachineEvent }
/** From the server: an offer to let one more browser in. */
export type InviteCommand = { kind: 'invite'; handoff: Omit<Handoff, 'by'> }
/** From the engine: fire what is due, and take over the effects of these ids, whose leases it has just got. */
export type WakeCommand = { kind: 'wake'; leased?: readonly string[] }
/** From the engine: the try `holding` ended. */
export type SettleCommand = { kind: 'settle'; holding: Holding; result: Result }
/** From the engine: this process cannot hand the result to the machine. Offer it again from `until` on. */
export type SetAsideCommand = { kind: 'set-aside'; holding: Holding; result: Result; until: number }
/** From the engine: the try `holding` is given back, begun or not. */
export type GiveBackCommand = { kind: 'give-back'; holding: Holding; begun: boolean }
/** From the engine, for somebody who may: end the session for good, unless an effect is under way. */
export type EndCommand = { kind: 'end' }

/** From the engine, for the owner: end the access of every device but the one with the secret `here`. */
export type SignOutCommand = { kind: 'sign-out'; owner: Owner['id']; here: string | undefined; label: string }

/** From a browser that holds no secret for the session, or no longer, and asks for access. */
export type AdmissionCommand = RedeemCommand | OpenAsOwnerCommand | TakeBackCommand
/** Changes which browsers may use the session, or for how long. */
export type AccessCommand = AdmissionCommand | IssueCommand | RevokeCommand | ExtendCommand | AttachCommand
export type EngineCommand =
  | WakeCommand
  | SettleCommand
  | SetAsideCommand
  | GiveBackCommand
  | EndCommand
  | SignOutCommand

/**
 * Effect ids derive from `session`; `mark` is that of the commit; a lease of an effect lasts `leaseMs`, and with 0 no
 * effect is begun: another process may do so at once. `input`, that of the machine, and `birth` are of a session that
 * begins.
 */
type ServerCommand = DispatchCommand | InviteCommand
export type Command = (EventCommand | DraftCommand | AccessCommand | ServerCommand | EngineCommand) & TurnContext
type TurnContext = { session: string; mark: string; leaseMs: number; input?: unknown; birth?: Birth | undefined }

export type Reason =
  | 'invalid'
  | 'stale'
  | 'rewound'
  | 'expired'
  | 'done'
  | 'op-reused'
  | 'handoff-gone'
  | 'too-many'
  | 'too-large'
  | 'not-accepted'
  | 'effect-pending'
export type Refused = { kind: 'rejected'; reason: Reason; issues: readonly Issue[] }

/** `duplicate`: the command was applied before, or there is nothing to do; the record stays as it is. */
export type Outcome = { kind: 'applied' } | { kind: 'duplicate' } | Refused

export const refused = (reason: Reason, issues: readonly Issue[] = []): Refused => ({
  kind: 'rejected',
  reason,
  issues,
})

const engineCommands = [
  'wake',
  'settle',
  'set-aside',
  'give-back',
  'end',
  'sign-out',
] as const satisfies EngineCommand['kind'][]
const engineKinds: ReadonlySet<string> = new Set(engineCommands)

export const isEngine = <C extends { kind: string }>(command: C): command is Extract<C, EngineCommand> =>
  engineKinds.has(command.kind)

/** True for a command that a browser sent. */
export const isFromBrowser = <C extends { kind: string }>(
  command: C,
): command is Exclude<C, EngineCommand | ServerCommand> =>
  !isEngine(command) && command.kind !== 'dispatch' && command.kind !== 'invite'

/** The hash of the secret that the browser behind a command holds after it; undefined if there is none. */
export function holderOf(command: object): string | undefined {
  const { device, sender } = command as { device?: Sender | string; sender?: Sender }
  return (typeof device === 'object' ? device : sender)?.secretHash
}

export const isAdmission = <C extends { kind: string }>(command: C): command is Extract<C, AdmissionCommand> =>
  command.kind === 'redeem' || command.kind === 'open-as-owner' || command.kind === 'take-back'
