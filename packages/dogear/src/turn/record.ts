// Everything stored for one session, as a type.

import type { Flow } from '../flow/define.ts'
import type { MachineEvent, Persisted } from '../flow/machine.ts'
import type { StepDraft } from '../flow/step-drafts.ts'
import type { HandoffMode, Position } from '../wire.ts'

/** The layout of a record; a process refuses records of a format it does not know. */
export const recordFormat = 3

/**
 * A delayed event. `dueAt` is in milliseconds since the Unix epoch, `generation` the revision that armed it. A timer
 * that went off, or was cancelled, while its state stayed active is kept as `fired`, so that it is not armed again. One
 * the machine threw at is set `aside`: it is not tried again before the flow has a new version.
 */
export type Timer = {
  id: string
  generation: number
  event: MachineEvent
  dueAt: number
  fired?: true
  aside?: true
}

/**
 * A promise actor of the machine. `generation`, a fencing token, counts its starts; `effectId` derives from session, id
 * and generation, so it is the same after a rollback. `attempt` is the number of the try under way, counted over all
 * processes; `unbegun` says that its process gave the try back before it began. Heartbeats renew its lease in the store
 * only, so `leaseUntil` is the time from which a look there is worth while. `failure` is the code of the last try that
 * failed. `result` is one the machine failed to take, or was not asked to, as the process that had it is of an earlier
 * version: it is offered again, and the actor is not called. An effect that ended or was stopped while its state stayed
 * active is kept as `settled`, so that it is not started again.
 */
export type Effect = {
  id: string
  effectId: string
  generation: number
  src: string
  input: unknown
  attempt: number
  leaseUntil: number
  unbegun?: true
  failure?: string
  result?: Result
  settled?: true
}

/** How a try of an effect ended. After a `retryable` failure there is another one, if the policy allows it. */
export type Result = { ok: true; output: unknown } | { ok: false; error: unknown; retryable?: boolean }

/** An effect inside a turn: without a lease it is to be started, or taken over, once the turn is committed. */
export type UnsavedEffect =
  | Effect
  | (Omit<Effect, 'effectId' | 'leaseUntil'> & { effectId?: string; leaseUntil?: undefined })

/**
 * An applied operation: short hashes of its id (40 bits) and body (23 bits, and one that says it had no position), and
 * the position it led to.
 */
export type Receipt = { op: number; body: number; position: Omit<Position, 'mark'> }

/** A browser with a secret; `secretHash` is a base64url SHA-256. An `owned` one has access only while signed in. */
export type Device = {
  id: string
  secretHash: string
  label: string
  createdAt: number
  seenAt: number
  owned?: true
}

/**
 * A device that lost access, kept for a while to tell it why: the session was `moved` to the device called `to`, or the
 * device `revoked`. Up to `revision`, no person changed the session since. An `owned` one is told only if signed in.
 */
export type EndedDevice = Omit<Device, 'createdAt' | 'seenAt'> & {
  why: 'moved' | 'revoked'
  to: string
  at: number
  revision: number
}

/** A single-use offer, of the device `by`, to pass the session on: hashes of a link's secret and of a code. */
export type Handoff = { link: string; code: string; mode: HandoffMode; by: string; expiresAt: number }

/** The user a session belongs to: a keyed hash of their id, a masked name, the sealed selector for other devices. */
export type Owner = { id: string; label: string; sealedSelector: string }

/**
 * The beginning of a session: the `key` it has in browsers, if it is one of several of its flow; the sealed selector,
 * if the server may let other browsers in.
 */
export type Birth = { key?: string; sealedSelector?: string }

/** One turn, for operators: no payloads. */
export type TrailEntry = { event: string; from: string; to: string; at: number; device: string }

export type SessionRecord = {
  format: number
  flow: string
  version: number
  epoch: number
  revision: number
  /** Random with every commit: part of the position. A writer whose reply was lost knows its own record by it. */
  mark: string
  /** Parts of the marks before it, newest last: they tell an earlier state from one that the store has lost. */
  lineage: string
  snapshot: Persisted
  timers: readonly Timer[]
  effects: readonly Effect[]
  /** How often each effect was entered; survives its state being left. */
  entries: Readonly<Record<string, number>>
  receipts: readonly Receipt[]
  /** Step ids in the order of the first visit. */
  visited: readonly string[]
  /** A deploy put a page before the person's step that they could not be sent to yet. */
  owing?: true
  /** The id of the step the person was at last, where parallel regions have one each or a history state knows them. */
  at?: string
  /** By step. */
  drafts: Readonly<Record<string, StepDraft>>
  devices: readonly Device[]
  /** The last browsers that lost access, newest last. */
  ended: readonly EndedDevice[]
  handoffs: readonly Handoff[]
  owner: Owner | null
  birth?: Birth
  trail: readonly TrailEntry[]
  createdAt: number
  updatedAt: number
  expiresAt: number
}

/** A record inside a turn. */
export type UnsavedRecord = Omit<SessionRecord, 'effects'> & { effects: readonly UnsavedEffect[] }

export const positionOf = ({ epoch, revision, mark }: Position): Position => ({ epoch, revision, mark })

/** A record that was never written: revision 0, about to become 1. */
export function newRecord(flow: Flow, snapshot: Persisted, now: number): SessionRecord {
  return {
    format: recordFormat,
    flow: flow.id,
    version: flow.version,
    epoch: 0,
    revision: 0,
    mark: '',
    lineage: '',
    snapshot,
    timers: [],
    effects: [],
    entries: {},
    receipts: [],
    visited: [],
    drafts: {},
    devices: [],
    ended: [],
    handoffs: [],
    owner: null,
    trail: [],
    createdAt: now,
    updatedAt: now,
    expiresAt: now + Math.min(flow.lifetime.firstMs, flow.lifetime.idleMs, flow.lifetime.absoluteMs),
  }
}
