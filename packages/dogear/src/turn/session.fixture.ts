// Drives pure turns in tests: keeps the record between commands and numbers the operations.

import type { Flow } from '../flow/define.ts'
import type { MachineEvent } from '../flow/machine.ts'
import type { Position } from '../wire.ts'
import type { Result } from './effects.ts'
import { positionOf, type SessionRecord } from './record.ts'
import { type Command, type Turn, takeTurn } from './take-turn.ts'

export const start = Date.UTC(2026, 0, 1)
export const sender = { secretHash: 'c2VjcmV0', label: 'Firefox on Linux' }
const engine = { session: 'session-1', nonce: 'bm9uY2U', leaseMs: 60_000 }

let operations = 0

export type Sent = { opId?: string; step?: string; position?: Position; now?: number }

/** A session without a store. `record` is what would be stored. */
export function createSession(flow: Flow): {
  record: SessionRecord | undefined
  position(): Position
  event(event: MachineEvent, sent?: Sent): Turn
  draft(step: string, values: Record<string, unknown>, sent?: Sent): Turn
  wake(now: number): Turn
  settle(id: string, generation: number, result: Result, now?: number): Turn
} {
  const session = {
    record: undefined as SessionRecord | undefined,
    position: () => (session.record ? positionOf(session.record) : { epoch: 0, revision: 0 }),
    event: (event: MachineEvent, { opId = `op-${++operations}`, now = start, ...place }: Sent = {}) =>
      take({ kind: 'event', opId, event, sender, ...place, ...engine }, now),
    draft: (step: string, values: Record<string, unknown>, { opId = `op-${++operations}`, now = start }: Sent = {}) =>
      take({ kind: 'draft', opId, step, values, issues: [], sender, ...engine }, now),
    wake: (now: number) => take({ kind: 'wake', ...engine }, now),
    settle: (id: string, generation: number, result: Result, now = start) =>
      take({ kind: 'settle', holding: { id, generation, attempt: 1 }, result, ...engine }, now),
  }
  function take(command: Command, now: number): Turn {
    const turn = takeTurn(flow, session.record, command, now)
    session.record = turn.record
    return turn
  }
  return session
}
