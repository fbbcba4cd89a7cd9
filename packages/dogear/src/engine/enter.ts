// Access to a session for one more browser, given by one turn.

import type { DogearError } from '../errors.ts'
import type { Flow } from '../flow/define.ts'
import type { SessionId } from '../store/store.ts'
import type { Sender } from '../turn/commands.ts'
import type { SessionRecord } from '../turn/record.ts'
import { isOver, unknown } from './access.ts'
import type { Entrance, Reply, Visitor } from './contract.ts'
import { toRejected, toReply } from './reply.ts'
import type { Intent } from './run-turn.ts'
import type { EngineParts } from './send.ts'

/** The session of the flow a browser has open; `same` if it is the one it asks access to. */
type OpenSession = { id: SessionId; record: SessionRecord; same: boolean }

export async function openSessionOf(
  { reader }: EngineParts,
  flow: Flow,
  { here, session }: { here: Visitor; session: SessionId },
): Promise<OpenSession | undefined> {
  const { record } = await reader.accessOf(flow, here)
  const id = here.credential?.id
  return record && id !== undefined ? { id, record, same: id === session } : undefined
}

type EnterOptions = {
  session: SessionId
  entrance: Entrance
  toIntent: (device: Sender) => Intent
  /** The error if there is no such session to open, whatever the reason. */
  missing: () => DogearError
}

/** Gives a browser access by one turn, so that one of many gets in. Only `replace` gives up a session it has open. */
export async function enter(
  parts: EngineParts,
  flow: Flow,
  { session, entrance: { device, here, replace = false }, toIntent, missing }: EnterOptions,
): Promise<Reply> {
  const { reader, clock } = parts
  const open = await openSessionOf(parts, flow, { here, session })
  const show = ({ id, record }: OpenSession) => reader.view(flow, id, record, here.credential?.secretHash)
  if (open?.same) return { outcome: 'duplicate', view: show(open), created: undefined }
  if (open && !replace) return toRejected({ reason: 'other-session' }, show(open))
  // A credential of another session would open nothing: it was derived from a selector of that other session.
  if (device.id !== session) throw missing()

  const taken = await parts.take(flow, {
    id: session,
    intent: toIntent({ secretHash: device.secretHash, label: here.label ?? '' }),
    // A session is under its key in every browser, as it is of its flow.
    bar: (record) => (isOver(flow, record, clock.now()) || record.birth?.key !== here.key ? unknown : null),
  })
  if (!taken.turn) throw missing()
  const { outcome } = taken.turn
  if (outcome.kind !== 'rejected') return toReply(reader, flow, { taken, created: device, visitor: here })
  if (outcome.reason === 'handoff-gone' || outcome.reason === 'expired') throw missing()
  // A browser without access sees nothing of the session.
  return toRejected(outcome, open ? show(open) : await reader.beginning(flow, null, here))
}
