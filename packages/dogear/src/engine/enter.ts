// Getting into a session that another browser has: what this one holds already, and the turn that lets it in.

import type { DogearError } from '../errors.ts'
import type { Flow } from '../flow/define.ts'
import type { SessionId } from '../store/store.ts'
import type { Sender } from '../turn/commands.ts'
import type { SessionRecord } from '../turn/record.ts'
import { isOver, unknown } from './access.ts'
import type { Entrance, Reply, Visitor } from './contract.ts'
import { otherSession, toRejection } from './refusals.ts'
import type { Intent } from './run-turn.ts'
import { type Parts, takeAs, toReply } from './send.ts'

/** The session of the flow a browser has open; `same` if it is the one in question. */
export type OpenSession = { id: SessionId; record: SessionRecord; same: boolean }

export async function heldBy(
  { reader }: Parts,
  flow: Flow,
  { here, session }: { here: Visitor; session: SessionId },
): Promise<OpenSession | undefined> {
  const { record } = await reader.accessOf(flow, here)
  const id = here.credential?.id
  return record && id !== undefined ? { id, record, same: id === session } : undefined
}

export type Entering = {
  session: SessionId
  entrance: Entrance
  toIntent: (device: Sender) => Intent
  /** What is said when there is nothing to get into, whatever the reason. */
  missing: () => DogearError
}

/** Lets a browser in by one turn, which decides who of many gets in. What it holds already is never replaced unasked. */
export async function enter(
  parts: Parts,
  flow: Flow,
  { session, entrance: { device, label = '', here, replace = false }, toIntent, missing }: Entering,
): Promise<Reply> {
  const { reader, deps } = parts
  const held = await heldBy(parts, flow, { here, session })
  if (held?.same) return { outcome: 'duplicate', view: reader.view(flow, session, held.record), created: undefined }
  if (held && !replace) return otherSession(reader.view(flow, held.id, held.record))
  // A credential of another session would open nothing; whoever made it was given the wrong way in.
  if (device.id !== session) throw missing()

  const taken = await takeAs(parts, flow, {
    id: session,
    intent: toIntent({ secretHash: device.secretHash, label }),
    bar: (record) => (isOver(flow, record, deps.clock.now()) ? unknown : null),
  })
  if (!taken.turn) throw missing()
  const { outcome } = taken.turn
  if (outcome.kind !== 'rejected') return toReply(parts, flow, { id: session, taken, created: device })
  if (outcome.reason === 'handoff-gone' || outcome.reason === 'expired') throw missing()
  // Who was not let in sees nothing of the session.
  return toRejection(outcome, held ? reader.view(flow, held.id, held.record) : reader.beginning(flow))
}
