// Drives pure turns in tests: keeps the record between commands and numbers the operations.

import type { Flow } from '../flow/define.ts'
import type { MachineEvent } from '../flow/machine.ts'
import type { HandoffMode, Position } from '../wire.ts'
import type { Opened } from './advance.ts'
import type { AccessCommand, Command, DraftCommand, IssueCommand, Sender } from './commands.ts'
import { recordOf } from './open.ts'
import { type Effect, positionOf, type Result, type SessionRecord } from './record.ts'
import { type Turn, takeTurn } from './take-turn.ts'

export const start = Date.UTC(2026, 0, 1)
export const sender: Sender = { secretHash: 'c2VjcmV0', label: 'Firefox on Linux' }

/** The position of a commit in these tests: the mark follows from the revision. */
export const at = (revision: number, epoch = 0): Position => {
  return { epoch, revision, mark: revision === 0 ? '' : `one${`${revision}`.padEnd(5, '-')}` }
}

/** The members of a command on `record` that the engine adds. */
export const added = (record: Pick<SessionRecord, 'revision'> | undefined, session = 'session-1') => {
  return { session, mark: at((record?.revision ?? 0) + 1).mark, leaseMs: 60_000 }
}

const mostRounds = 10

let operations = 0

/** `from` is who sends it; without one, the first device. */
export type Sent = {
  opId?: string
  version?: number
  step?: string
  position?: Position
  fields?: readonly string[]
  form?: string | undefined
  now?: number
  from?: Sender
}
export type Typed = Pick<Sent, 'opId' | 'now' | 'from'> &
  Pick<DraftCommand, 'ageMs' | 'issues' | 'form' | 'type' | 'whole' | 'version'>

/** Another browser, or one with somebody signed in. */
export const browser = (name: string, owner?: string): Sender => ({
  secretHash: Buffer.from(`secret of ${name}`).toString('base64url'),
  label: name,
  ...(owner === undefined ? {} : { owner: { id: owner, label: `${owner[0]}•••`, sealedSelector: 'd2F5' } }),
})

/** An offer as a person's device makes it: `key` stands for its link, `key` and `-code` for its code. */
export const offer = (
  key: string,
  mode: HandoffMode = 'move',
  expiresAt: number = start + 600_000,
): IssueCommand['handoff'] => ({
  link: key,
  code: `${key}-code`,
  mode,
  expiresAt,
})

/** A session without a store. `record` is what would be stored. */
export function createSession(flow: Flow): {
  record: SessionRecord | undefined
  position(): Position
  event(event: MachineEvent, sent?: Sent): Turn
  draft(step: string, values: Record<string, unknown>, typed?: Typed): Turn
  dispatch(event: MachineEvent, sent?: Pick<Sent, 'opId' | 'now'>): Turn
  access(command: AccessCommand, now?: number): Turn
  /** Fires what is due, and takes over every effect whose lease has ended. */
  wake(now: number): Turn
  /** Ends the first try of an effect, which goes by its id or its key. */
  settle(id: string, generation: number, result: Result, now?: number): Turn
} {
  let stored: SessionRecord | Opened | undefined
  const session = {
    get record() {
      return stored && recordOf(stored)
    },
    set record(record: SessionRecord | undefined) {
      stored = record
    },
    position: () => (session.record ? positionOf(session.record) : at(0)),
    event: (event: MachineEvent, { opId = `op-${++operations}`, now = start, from = sender, ...place }: Sent = {}) =>
      take({ kind: 'event', opId, event, sender: from, ...place, ...added(session.record) }, now),
    draft: (step: string, values: Record<string, unknown>, typed: Typed = {}) => {
      const { opId = `op-${++operations}`, now = start, from = sender, ...rest } = typed
      return take({ kind: 'draft', opId, step, values, sender: from, ...rest, ...added(session.record) }, now)
    },
    dispatch: (event: MachineEvent, { opId = `op-${++operations}`, now = start }: Pick<Sent, 'opId' | 'now'> = {}) =>
      take({ kind: 'dispatch', opId, event, ...added(session.record) }, now),
    access: (command: AccessCommand, now = start) => take({ ...command, ...added(session.record) }, now),
    wake: (now: number) => {
      const leased = session.record?.effects.map(({ effectId }) => effectId) ?? []
      return take({ kind: 'wake', leased, ...added(session.record) }, now)
    },
    settle: (id: string, generation: number, result: Result, now = start) => {
      const named = (one: Effect) => [one.id, one.effectId].includes(id) && one.generation === generation
      const { effectId = `session-1.${id}.${generation}` } = session.record?.effects.find(named) ?? {}
      const holding = { effectId, attempt: 1 }
      return take({ kind: 'settle', holding, result, ...added(session.record) }, now)
    },
  }
  function take(command: Command, now: number): Turn {
    for (let round = 0; round < mostRounds; round++) {
      const turn = takeTurn(flow, stored, command, now)
      stored = (turn.changed && turn.shown) || turn.record
      if (!turn.changed || !turn.again) return turn
    }
    throw new Error('the turn goes round endlessly')
  }
  return session
}
