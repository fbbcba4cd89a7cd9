// The journal of a run: the actions of people and the answers they got, to be compared with the stored versions.

import type { Position } from 'dogear'
import type { SessionRecord } from '../packages/dogear/src/turn/record.ts'

export type { Position, SessionRecord }

export type Answer =
  | { kind: 'applied' | 'duplicate' | 'read'; session: string; position: Position; step: string | null }
  | { kind: 'refused'; session: string; position: Position; code: string; step: string | null }
  /** Nobody knows if it happened. */
  | { kind: 'unknown'; why: string }

/** One request and its answer; times in milliseconds of one clock. */
export type Attempt = { client: string; sentAt: number; answeredAt: number; answer: Answer }

/** One action of a person, sent again under the same `opId` until it was answered. `secretHash` is the device's. */
export type Operation = {
  opId: string
  request: { step?: string; position?: Position; event: { type: string; [member: string]: unknown } }
  secretHash: string
  attempts: Attempt[]
}

export type Journal = { operations: Operation[]; reads: Attempt[] }

/** One stored record, under the position it was stored at. */
export type Version = { session: string; position: Position; record: SessionRecord }
