// A session without its person: types only.

import type { DogearError } from '../../errors.ts'
import type { SessionId } from '../../store/store.ts'
import type { Position } from '../../wire.ts'

/** A session as effects are told of theirs. It opens nothing in a browser. */
export type SessionAddress = { flow: string; session: SessionId }

/**
 * Times are milliseconds since the Unix epoch by the store's clock. `step` is null in a state that is no step.
 * `failure` says why the next turn could not open the record; null if it can. `context` is there if it was asked for.
 */
export type InspectedSession = {
  found: 'record'
  session: string
  now: number
  flow: string
  version: number
  status: string
  state: string
  step: string | null
  failure: DogearError | null
  position: Position
  bytes: number
  maxBytes: number | null
  owned: boolean
  receipts: number
  drafts: string[]
  createdAt: number
  updatedAt: number
  expiresAt: number
  timers: { id: string; dueAt: number; fired: boolean; aside: boolean }[]
  effects: {
    id: string
    effectId: string
    src: string
    attempt: number
    failure: string | null
    leaseUntil: number
    setAside: boolean
    settled: boolean
  }[]
  devices: { id: string; label: string; createdAt: number; seenAt: number }[]
  trail: { at: number; event: string; from: string; to: string; device: string }[]
  context?: unknown
}

/** `format` is the first byte of the record. It, `bytes` and `position` are null if the store itself cannot read it. */
export type InspectedUnreadable = {
  found: 'unreadable'
  session: string
  format: number | null
  bytes: number | null
  position: Position | null
  reason: DogearError
}

/** The answer of `engine.inspect`: what the store has of a session. */
export type Inspected =
  | InspectedSession
  | InspectedUnreadable
  | { found: 'nothing'; session: string }
  | { found: 'removed'; session: string }
