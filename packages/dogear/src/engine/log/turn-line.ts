// The line of a turn: it tells of access to a session, never of what people do in it.

import type { SessionId } from '../../store/store.ts'
import { deviceOf } from '../../turn/access/devices.ts'
import { holderOf } from '../../turn/commands.ts'
import type { SessionRecord } from '../../turn/record.ts'
import type { Gone } from '../../wire.ts'
import { tagOf } from '../access.ts'
import type { Intent } from '../run-turn.ts'
import type { Noted } from './line.ts'

type Committed = { flow: string; session: SessionId; record: SessionRecord }

/** The line of a command that was committed, if it has one. */
export function lineOfTurn(intent: Intent, { flow, session, record }: Committed): Noted | undefined {
  // Most turns have no line, and need no tag.
  const concerned = () => ({ flow, session: tagOf(session) })
  const by = () => ({ ...concerned(), device: deviceOf(record, holderOf(intent) ?? '')?.id ?? '' })
  switch (intent.kind) {
    case 'event':
    case 'draft':
      return record.revision === 1 ? { name: 'session.created', ...by() } : undefined
    case 'issue':
    case 'invite':
      return { name: 'handoff.issued', ...by(), mode: intent.handoff.mode }
    case 'redeem':
      return { name: 'handoff.redeemed', ...by(), by: intent.by }
    case 'take-back':
      return { name: 'handoff.taken-back', ...by() }
    case 'open-as-owner':
      return { name: 'device.joined', ...by() }
    case 'dispatch':
      return { name: 'event.dispatched', ...concerned(), event: intent.event.type }
    case 'revoke':
      return { name: 'device.revoked', ...by(), revoked: intent.device }
    case 'attach':
      return { name: 'device.rotated', ...by() }
    default:
      return undefined
  }
}

/** The line of a turn that found no session for its sender. `over`: there is none, for anybody. */
export const lineOfGone = (
  { why }: Gone,
  { over, ...concerned }: { flow: string; session: string; over: boolean },
): Noted =>
  why === 'expired' && over ? { name: 'session.expired', ...concerned } : { name: 'session.refused', ...concerned, why }
