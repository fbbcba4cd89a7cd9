// The engine's contract with its callers: their credentials, its methods, its replies. Types only.

import type { Codec } from '../codec/codec.ts'
import type { SealingMode } from '../codec/sealed.ts'
import type { DogearErrorCode, Issue } from '../errors.ts'
import type { Flow } from '../flow/define.ts'
import type { Keys } from '../keys/key-check.ts'
import type { Keyring } from '../keys/keyring.ts'
import type { Archive } from '../store/archive.ts'
import type { SessionId, Store, Stored } from '../store/store.ts'
import type {
  DraftBody,
  EventRequest,
  HandoffLook,
  Position,
  Progress,
  SavedSession,
  View,
  ViewDevice,
} from '../wire.ts'
import type { RunningDue } from './agenda/due.ts'
import type { Archiver } from './archive/archiver.ts'
import type { Emitted } from './deliver.ts'
import type { HandoffFound, HandoffOffer, HandoffOptions, HandoffProof, Issuing } from './handoff/offer.ts'
import type { LogLine } from './log/line.ts'
import type { Logging } from './log/log.ts'
import type { Following } from './progress/hint.ts'
import type { AddressIn, Dispatched, Receiver } from './server/dispatched.ts'
import type { Inspected } from './server/inspected.ts'

export type { HandoffFound, HandoffOffer, HandoffOptions, HandoffProof }

/**
 * The proof in a browser's cookie: base64url SHA-256 of its two halves, and the first half sealed, which lets other
 * devices in: it is needed to attach an owner or to issue a handoff.
 */
export type Credential = { id: SessionId; secretHash: string; sealedSelector?: string }

/** The credentials of a browser by session, each with the flow under whose cookie it was found. */
export type HeldCredentials = ReadonlyMap<SessionId, Credential & { flow: string }>

/** A signed-in user: `id` is a keyed hash, `label` a masked name. */
export type SignedIn = { id: string; label: string }

/**
 * A browser that reads, with or without a session, signed in or not. `label` names it as a new device. `input`, asked
 * where a session begins or its beginning is shown, makes the machine's. `key`: the one of several sessions of a flow.
 * `isUnder` is false for the key of a session whose cookie was moved here by hand; without it all are let in.
 */
export type Visitor = {
  credential: Credential | undefined
  owner?: SignedIn | undefined
  label?: string
  input?: (() => unknown) | undefined
  key?: string | undefined
  isUnder?: (key: string | undefined) => boolean
}

/**
 * A browser that acts. `mint` is called only when a session is to be created, and may refuse. With a `seed`, which is
 * as secret as what is made of it, it returns the same credential every time; without one, a random one.
 */
export type Caller = Visitor & { mint: (seed?: Uint8Array) => Credential | Promise<Credential> }

/** The codes of an event or command that the engine refuses with a view. */
export type RefusalCode = Extract<
  DogearErrorCode,
  | 'invalid_event'
  | 'not_accepted'
  | 'effect_pending'
  | 'stale_step'
  | 'rewound'
  | 'session_gone'
  | 'op_reused'
  | 'other_session'
  | 'no_cookies'
  | 'handoff_gone'
>

/**
 * The outcome of a command. `created` is the credential this call gave the browser, if it did. A rejection shows the
 * beginning for `session_gone`, the browser's session for `other_session`; `retryAfterMs`: it gets a cookie just now.
 */
export type Reply = { outcome: 'applied' | 'duplicate'; view: View; created: Credential | undefined } | RejectedReply

export type RejectedReply = {
  outcome: 'rejected'
  code: RefusalCode
  message: string
  issues: readonly Issue[]
  view: View
  created: undefined
  retryAfterMs?: number
}

/**
 * `issues` are those of the values, where the caller knows them; with `type`, the schema of that event finds them.
 * `whole`: the values are all that the form holds, so a field they do not name is empty or unticked.
 */
export type DraftRequest = DraftBody & {
  step: string
  issues?: readonly Issue[] | undefined
  whole?: boolean | undefined
}

/** A form sent without JavaScript: its event, and the fields as they were typed, for a draft if they are refused. */
export type FormRequest = { request: EventRequest; values: Readonly<Record<string, unknown>> }

/** The codes of errors of a flow's own code, of which a person learns no more. */
export type FaultCode = Extract<DogearErrorCode, 'flow_failed' | 'not_serializable' | 'too_large'>

/**
 * The page a form leads to: `path` of its step, null for the flow's entry, to show `problem` on. `replies` are those to
 * the event and to the drafts kept of it; any of them may have given the browser a credential.
 */
export type FormReply = { path: string | null; problem: RefusalCode | FaultCode | null; replies: readonly Reply[] }

/** `taken`: another code is filed under this locator; nothing happened, so try a new code. */
export type HandoffIssued = (Reply & { expiresAt: number }) | { outcome: 'taken' }

/** A browser `here` that asks for access, with `device` as its credential; `replace` gives up its own session. */
export type Entrance<Device = Credential> = { device: Device; here: Visitor; replace?: boolean }

/** A watched session's position; `gone`: access has ended; `closed`: this engine is closed. These two come last. */
export type WatchHint = Position | 'gone' | 'closed'

/** A session being watched, from `engine.watch`. */
export type Watching = {
  /** Ends it; harmless to repeat. */
  stop(): void
  /** Checks access again, with `owner` signed in; ends with `gone` if it is lost. Rejects if the store fails. */
  check(owner: SignedIn | undefined): Promise<void>
}

/** The options of `createEngine`, which throws a `TypeError` that names each one that cannot work. */
export type EngineOptions = {
  store: Store
  /**
   * A store that lasts, such as `postgresStore(pool)`, behind one that is fast. Workers write to it what was committed,
   * about a second later; a session that the fast store does not have any more comes back from it.
   */
  archive?: Archive
  // biome-ignore lint/suspicious/noExplicitAny: flows of any events and contexts live side by side.
  flows: readonly Flow<any, any>[]
  codec?: Codec
  /**
   * The keys that seal what is stored: a list, or separated by commas as in `DOGEAR_KEYS`. Each is `id:base64url` of 32
   * random bytes or more. The first seals, all open. Needed in production, unless `sealing` is `off`.
   */
  keys?: Keys | undefined
  /**
   * `on`, the default with keys: writes sealed records, reads all. `required`: reads sealed ones only, for when `dogear
   * rekey` has found no other. `off`: writes them as they are; the keys, if any, still open those that are sealed.
   */
  sealing?: SealingMode | undefined
  /**
   * This machine's only clock, in milliseconds (for tests). By default there are two, of which one cannot be set. Times
   * are those of the store: its replies say how far it is ahead.
   */
  clock?: () => number
  /** Called with every line of the log. None holds a value of a person, or opens anything. Nobody waits for it. */
  log?: (line: LogLine) => unknown
  /** Called with errors that no caller waits for, and with those that a flow's own code makes. Nobody waits for it. */
  onError?: (error: unknown) => unknown
  /** Called with emitted events, after their commit; at most once. Nobody waits for it; its failures are reported. */
  onEmit?: (emitted: Emitted) => unknown
  /** How long a request waits for the effects it started, in milliseconds (2,000). */
  effectWaitMs?: number
  /** How long an effect is leased without a heartbeat, before another process may run it, in milliseconds (15,000). */
  leaseMs?: number
  /** Attempts at effects under way in this process at once (64). Others wait; abandoned ones are left to others. */
  effectConcurrency?: number
  /**
   * How long a call may wait for the store and the codec, all its requests together, in milliseconds (3,000). Past it,
   * the call rejects with `store_unavailable`.
   */
  deadlineMs?: number
  /**
   * The memory that cached sessions may take, in bytes (64 MiB): their data as it lies in the heap, not as it is
   * encoded. Some 7,500 sessions of 1.2 kB fit into the default, which leaves a process of 512 MiB enough room.
   */
  cacheBytes?: number
  /** The page that a link of `issueHandoff` opens, such as `https://shop.example/handoff`. */
  handoffUrl?: string
  /** How often a watched session is read in a store that cannot watch, in milliseconds (1,000). */
  pollMs?: number
}

/**
 * Every method rejects with a `DogearError`: `unknown_flow` for an id it was not given, `no_session` without the
 * credential it needs. An unknown session, an expired one, one of another flow, a wrong secret: all look the same.
 */
export interface Engine extends Logging, RunningDue, Issuing {
  readonly flows: ReadonlyMap<string, Flow>
  /** The store the engine was created with, with the archive behind it, if any. Its calls have no deadline. */
  readonly store: Store
  readonly archive: Archive | undefined
  /** For workers: writes the backlog. Undefined without an archive. */
  readonly archiver: Archiver | undefined
  readonly codec: Codec
  readonly keyring: Keyring | undefined
  /** The id of the key that seals; undefined if records are written as they are. */
  readonly sealsWith: string | undefined
  /** The store's clock, in milliseconds since the Unix epoch. */
  now(): number

  /**
   * The session's view; without one, the beginning's, with `saved: false` and `gone`. Writes nothing. Where a process
   * died and left an effect behind, a worker's wake follows, as the person waits for that effect, and where an overdue
   * timer leads to one.
   */
  read(flowId: string, who: Visitor | Credential | undefined): Promise<View>
  /**
   * Applies an event once per `opId`; the first accepted one creates the session. If the session is gone, an event at
   * revision 0, or without a position once it has expired, starts a new one; others are rejected with `session_gone`.
   * A caller without a credential whose position says that it had one is rejected with `no_cookies`.
   */
  send(flowId: string, caller: Caller, request: EventRequest): Promise<Reply>
  /**
   * Sends a form's event. Accepted, it leads to the current step. Refused, its values become a draft of the step they
   * were typed at; it leads there if they were invalid, to the current step otherwise. If the flow's own code fails,
   * its values are kept, too, and it leads to where they were typed. Throws `no_cookies`: there is no page to lead to.
   */
  sendForm(flowId: string, caller: Caller, form: FormRequest): Promise<FormReply>
  /** Keeps values typed at a step, valid or not, with their issues. Drafts may take `maxDraftBytes`. */
  saveDraft(flowId: string, caller: Caller, draft: DraftRequest): Promise<Reply>
  /** Moves the expiry as an event would, and does nothing else. */
  extend(flowId: string, caller: Visitor): Promise<Reply>
  /**
   * Ends a session for good. Rejects with `no_session` if there is none, `session_gone` if this browser lost it,
   * `effect_pending` while an effect is under way, `other_session` if `seen` is a state of another one.
   */
  destroy(flowId: string, who: Visitor | Credential, seen?: Position): Promise<void>

  /**
   * For a webhook, a cron job, support: applies an event of `events` or `serverEvents` to the state as it is, once per
   * `opId`, the id of the message that asks for it. A refusal is a value: `not_accepted`, perhaps only not yet (the
   * view's `status` is `active`), `session_gone`, `invalid_event`, `op_reused`. Nothing is stored then. With the flow
   * itself in place of its id, the types are those of its events.
   */
  dispatch<F extends Receiver>(to: AddressIn<F>, event: Dispatched<F>, options: { opId: string }): Promise<Reply>
  /** For support: where a session is, without what was entered; with `context`, all that the machine knows, too. */
  inspect(session: SessionId, options?: { context?: boolean }): Promise<Inspected>

  /** The browsers with a secret for the caller's session. Rejects with `session_gone` if the caller has none. */
  devices(flowId: string, caller: Visitor): Promise<ViewDevice[]>
  /** Ends the access of one device, or of all `others`, and the handoffs they issued. */
  revoke(flowId: string, caller: Visitor, device: string): Promise<Reply>

  /** Offers the session to another browser. The credential needs its `sealedSelector`. */
  offerHandoff(flowId: string, caller: Visitor, offer: HandoffOffer): Promise<HandoffIssued>
  /** The handoff of a proof; looking a code up counts as a try. Rejects with `handoff_gone`, whatever the reason. */
  findHandoff(proof: HandoffProof): Promise<HandoffFound>
  /** Describes a handoff to the browser `here`. Consumes nothing. Rejects with `handoff_gone`. */
  lookHandoff(found: HandoffFound, here: Visitor): Promise<HandoffLook>
  /**
   * Gives a browser access, once per handoff. Consumes nothing if it is in that session already (`duplicate`), or if it
   * has another one and does not say `replace`. Rejects with `handoff_gone`.
   */
  redeem(found: HandoffFound, entrance: Entrance): Promise<Reply>
  /** Gives a session moved away from the caller back, with the credential `device`; `not_accepted` if used since. */
  takeBack(flowId: string, caller: Visitor, device: Credential): Promise<Reply>

  /** At sign-in: makes the session the caller's, if it is nobody's, under the new credential `device` alone. */
  attach(flowId: string, caller: Visitor, device: Credential): Promise<Reply>
  /** The owner's saved sessions, last used first. `here` is what this browser holds. */
  sessionsOf(owner: Pick<SignedIn, 'id'>, here?: HeldCredentials): Promise<SavedSession[]>
  /** Opens one of the owner's sessions here; `device` makes a credential of its selector. Rejects with `not_found`. */
  open(
    flowId: string,
    session: SessionId,
    entrance: Entrance<(sealedSelector: string) => Credential> & { owner: SignedIn },
  ): Promise<Reply>
  /** Ends all devices' access to the owner's sessions but this browser's. Resolves with how many sessions lost one. */
  signOutElsewhere(owner: Pick<SignedIn, 'id'>, here: HeldCredentials, label: string): Promise<number>
  /** Ends one of the owner's sessions for good. Rejects with `not_found`. */
  removeOwned(flowId: string, session: SessionId, owner: Pick<SignedIn, 'id'>): Promise<void>

  /**
   * Notifies `listener` of the session's position, then of every change until access ends; hints may be doubled or out
   * of order. Rejects with `session_gone`. Watching is no activity: it does not move the expiry.
   */
  watch(flowId: string, caller: Visitor, listener: (hint: WatchHint) => void): Promise<Watching>
  /** As `watch`, of what the effects under way report: all of it, then what comes. A store may keep no progress. */
  follow(flowId: string, caller: Visitor, following: Following): Promise<Watching>
  /** All that effects under way have reported so far. If it cannot be read that is reported, and there is none. */
  readProgress(flowId: string, who: Visitor | Credential | undefined): Promise<Progress>

  /**
   * For workers: fires what is due in a session and takes over effects whose lease ran out, which then run here.
   * `dueAt` is a time the store said has come, `stored` the record it handed out with the claim. Resolves to the time
   * to look again if there was nothing to do yet, as another process works on an effect.
   */
  wake(id: SessionId, dueAt: number, stored?: Stored): Promise<number | undefined>
  /**
   * Ends watches, starts no effects, waits up to `drainMs` (5,000) for those under way; then others can go on with them
   * at once. The store stays open.
   */
  close(drainMs?: number): Promise<void>
}
