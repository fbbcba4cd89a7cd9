// The engine's contract with its callers: their credentials, its methods, its replies. Types only.

import type { Codec } from '../codec/codec.ts'
import type { DogearErrorCode, Issue } from '../errors.ts'
import type { Flow } from '../flow/define.ts'
import type { SessionId, Store } from '../store/store.ts'
import type {
  DraftBody,
  EventRequest,
  HandoffLook,
  HandoffMode,
  Position,
  SavedSession,
  View,
  ViewDevice,
} from '../wire.ts'
import type { Emitted } from './deliver.ts'

/**
 * The proof in a browser's cookie: `id` and `secretHash` are base64url SHA-256 of its two halves. `sealedSelector` is
 * the selector sealed by the caller, by which another device gets access; needed where the session gets an owner or is
 * handed over by code.
 */
export type Credential = { id: SessionId; secretHash: string; sealedSelector?: string }

/** A signed-in user: `id` is a keyed hash, `label` a masked name. */
export type SignedIn = { id: string; label: string }

/** A browser that reads, with or without a session, signed in or not. */
export type Visitor = { credential: Credential | undefined; owner?: SignedIn }

/**
 * A browser that acts. `mint` is called only when a session is to be created, and may refuse; `label` names the device
 * then.
 */
export type Caller = Visitor & { mint: () => Credential | Promise<Credential>; label?: string }

export type RefusalCode = Extract<
  DogearErrorCode,
  'invalid_event' | 'not_accepted' | 'stale_step' | 'session_gone' | 'op_reused' | 'other_session' | 'handoff_gone'
>

/**
 * The outcome of a command. `created` is the credential the browser holds from now on, if this call gave it one. A
 * rejection with `session_gone` has the view of the beginning with `gone` saying why; `other_session` that of the
 * session the browser has.
 */
export type Reply =
  | { outcome: 'applied' | 'duplicate'; view: View; created: Credential | undefined }
  | {
      outcome: 'rejected'
      code: RefusalCode
      message: string
      issues: readonly Issue[]
      view: View
      created: undefined
    }

/** `issues` are those of the values, where the caller knows them; with `type`, the schema of that event finds them. */
export type DraftRequest = DraftBody & { step: string; issues?: readonly Issue[] }

/** A form sent without JavaScript: its event, and the fields as they were typed, for a draft if they are refused. */
export type FormRequest = { request: EventRequest; values: Readonly<Record<string, unknown>> }

/**
 * The page a form leads to: `path` of its step, null for the flow's entry. `problem` is to be said there. `replies` are
 * all replies on the way; any of them may have given the browser a credential.
 */
export type FormReply = { path: string | null; problem: RefusalCode | null; replies: readonly Reply[] }

/** An offer to pass the session on: hashes of the link's secret and the code, a keyed hash of the code's locator. */
export type HandoffOffer = { mode: HandoffMode; link: string; code: string; locator: string; lifetimeMs: number }

/** `taken`: another code is filed under this locator; nothing happened, come back with a new code. */
export type HandoffIssued = (Reply & { expiresAt: number }) | { outcome: 'taken' }

/**
 * The proof of a handoff: the link's session and secret, or the code's locator and whole code, hashed as in the offer.
 */
export type HandoffProof =
  | { kind: 'link'; id: SessionId; hash: string }
  | { kind: 'code'; locator: string; hash: string }

/** An open handoff. `sealedSelector` is the issuing credential's, of a code only: a link holds the selector itself. */
export type HandoffFound = { session: SessionId; flow: string; sealedSelector: string | undefined; proof: HandoffProof }

/**
 * A browser that asks for access: the credential it will hold, which must be of that session, its name, and its present
 * one.
 */
export type Entrance<Device = Credential> = { device: Device; label?: string; here: Visitor; replace?: boolean }

/**
 * The position of a session that changed somewhere; `gone`: access has ended; `closed`: this engine is closed. Nothing
 * follows after `gone` or `closed`.
 */
export type WatchHint = Position | 'gone' | 'closed'

export type Watching = {
  /** Ends it; harmless to repeat. */
  stop(): void
  /**
   * Checks that the caller, signed in as `owner` or not, still has access; else notifies the listener. Rejects if the
   * store fails.
   */
  check(owner: SignedIn | undefined): Promise<void>
}

export type EngineOptions = {
  store: Store
  // biome-ignore lint/suspicious/noExplicitAny: flows of any events and contexts live side by side.
  flows: readonly Flow<any, any>[]
  codec?: Codec
  /**
   * This machine's clock, in milliseconds since the Unix epoch. The store's clock counts: the difference is learned
   * from its replies.
   */
  clock?: () => number
  /** Called with errors of background tasks, for which no caller waits. */
  onError?: (error: unknown) => void
  /** Called with emitted events, after their commit; at most once. */
  onEmit?: (emitted: Emitted) => void
  /** How long a request waits for the effects it started, in milliseconds (2,000). */
  effectWaitMs?: number
  /**
   * How long an effect is leased without a heartbeat before another process takes it over, in milliseconds (15,000).
   */
  leaseMs?: number
  /** How long the store may take for one call, in milliseconds (3,000). */
  deadlineMs?: number
  /** Bytes of records kept in memory (64 MiB). */
  cacheBytes?: number
  /** How often a watched session is read in a store that cannot watch, in milliseconds (1,000). */
  pollMs?: number
}

/**
 * Every method rejects with a `DogearError`; `unknown_flow` for an id it was not given. An unknown session, one of
 * another flow, an expired one and a wrong secret are one and the same. Where a session is needed, no credential is
 * `no_session`.
 */
export interface Engine {
  readonly flows: ReadonlyMap<string, Flow>
  now(): number

  /**
   * The view of a session; without one, of the flow's beginning, with `saved: false` and `gone`. Writes nothing and
   * starts nothing.
   */
  read(flowId: string, who: Visitor | Credential | undefined): Promise<View>
  /**
   * Applies an event once per `opId`. The first accepted one creates the session. If the session is gone, an event of
   * someone who had only seen the beginning (revision 0) starts a new one; all others are rejected with `session_gone`.
   */
  send(flowId: string, caller: Caller, request: EventRequest): Promise<Reply>
  /**
   * Sends the event of a form. An accepted event leads to the current step. A refused one leads to its own step if the
   * values were invalid, to the current step otherwise, and the values are kept as a draft of the step they were typed
   * at.
   */
  sendForm(flowId: string, caller: Caller, form: FormRequest): Promise<FormReply>
  /** Keeps values typed at a step, valid or not, with their issues. */
  saveDraft(flowId: string, caller: Caller, draft: DraftRequest): Promise<Reply>
  /** Moves the expiry as an event would, and does nothing else. */
  extend(flowId: string, caller: Visitor): Promise<Reply>
  /**
   * Ends a session for good. Rejects with `no_session` if there is none, `session_gone` if it is gone for this browser.
   */
  destroy(flowId: string, who: Visitor | Credential): Promise<void>

  /**
   * The browsers that hold a secret for the caller's session. Rejects with `session_gone` if the caller's is none of
   * them.
   */
  devices(flowId: string, caller: Visitor): Promise<ViewDevice[]>
  /** Ends the access of one device, or of all `others`, and the handoffs they issued. */
  revoke(flowId: string, caller: Visitor, device: string): Promise<Reply>

  /** Offers the session to another browser. The credential needs its `sealedSelector`. */
  issueHandoff(flowId: string, caller: Visitor, offer: HandoffOffer): Promise<HandoffIssued>
  /** The handoff of a proof; looking a code up counts as a try. Rejects with `handoff_gone`, whatever the reason. */
  findHandoff(proof: HandoffProof): Promise<HandoffFound>
  /**
   * Describes a handoff to a browser whose session of that flow is `here`. Consumes nothing. Rejects with
   * `handoff_gone`.
   */
  lookHandoff(found: HandoffFound, here: Visitor): Promise<HandoffLook>
  /**
   * Gives a browser access, once per handoff. `duplicate` if it is in that session already: then nothing was consumed.
   * Nor was it if the browser has another session and does not say `replace`. Rejects with `handoff_gone`.
   */
  redeem(found: HandoffFound, entrance: Entrance): Promise<Reply>
  /**
   * Gives a session that was moved away back to the caller, who holds `device` from now on; `not_accepted` if somebody
   * used it since.
   */
  takeBack(flowId: string, caller: Visitor & { label?: string }, device: Credential): Promise<Reply>

  /** Makes the session the signed-in caller's, if it is nobody's. Rejects with `not_signed_in`. */
  attach(flowId: string, caller: Visitor): Promise<Reply>
  /** The owner's saved sessions, last used first. `here` is what this browser holds, by flow. */
  sessionsOf(owner: Pick<SignedIn, 'id'>, here: ReadonlyMap<string, Credential>): Promise<SavedSession[]>
  /**
   * Continues one of the owner's sessions in this browser; `device` makes its credential of the `sealedSelector` in.
   * Rejects with `not_found`.
   */
  open(
    flowId: string,
    session: SessionId,
    entrance: Entrance<(sealedSelector: string) => Credential> & { owner: SignedIn },
  ): Promise<Reply>
  /** Ends one of the owner's sessions for good. Rejects with `not_found`. */
  removeOwned(flowId: string, session: SessionId, owner: Pick<SignedIn, 'id'>): Promise<void>

  /**
   * Notifies `listener` of the session's position, and then of every change until access ends. Hints may be doubled,
   * never relied on for order. Rejects with `session_gone`. Not activity: the session expires as if nobody looked.
   */
  watch(flowId: string, caller: Visitor, listener: (hint: WatchHint) => void): Promise<Watching>

  /**
   * Fires what is due in a session and takes over effects whose lease ran out; what it starts goes on in this process.
   * For workers: `dueAt` is the time the store said has come. Rejects with `unknown_flow` for a session of a flow of
   * somebody else.
   */
  wake(id: SessionId, dueAt: number): Promise<void>
  /**
   * Ends what is watched, waits for running effects, at most `drainMs` (5,000), then gives their leases up. Does not
   * close the store.
   */
  close(drainMs?: number): Promise<void>
}
