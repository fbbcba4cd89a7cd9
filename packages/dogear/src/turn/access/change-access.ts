// Commands about who holds the session: the record after each of them, and what the trail says of it.

import type { Opened } from '../advance.ts'
import { type AccessCommand, isNewcomer, type Refused, type Sender } from '../commands.ts'
import { expiryAt, type SessionRecord } from '../record.ts'
import { extend } from '../trail.ts'
import { deviceOf, revoke } from './devices.ts'
import { issue, redeem, takeBack } from './handoffs.ts'
import { attach, openAsOwner } from './owners.ts'

const noted: Readonly<Record<AccessCommand['kind'], string | undefined>> = {
  issue: 'handoff issued',
  redeem: 'handoff redeemed',
  'open-as-owner': 'session opened',
  'take-back': 'session taken back',
  revoke: 'device revoked',
  extend: undefined,
  attach: undefined,
}

/** The work after the command; the very same work if there is nothing to do. */
export function changeAccess(work: Opened, command: AccessCommand, now: number): Opened | Refused {
  // The secret of a newcomer is fresh: one that is known was let in by this very command.
  if (isNewcomer(command) && deviceOf(work.record, command.device.secretHash)) return work
  const record = decide(work, command, now)
  if ('kind' in record) return record
  if (record === work.record) return work
  const event = noted[command.kind]
  if (event === undefined) return { ...work, record }
  const device = deviceOf(record, actor(command).secretHash)?.id ?? ''
  const trail = extend(work.record, { event, to: work.live.value, at: now, device })
  return { ...work, record: { ...record, trail } }
}

function decide({ flow, record }: Opened, command: AccessCommand, now: number): SessionRecord | Refused {
  switch (command.kind) {
    case 'issue':
      return issue(record, command, now)
    case 'redeem':
      return redeem(record, command, now)
    case 'open-as-owner':
      return openAsOwner(record, command, now)
    case 'take-back':
      return takeBack(record, command, now)
    case 'revoke':
      return revoke(record, command, now)
    case 'extend':
      // Every turn of a person prolongs the session; here it only has to be one.
      return expiryAt(flow, record.createdAt, now) > record.expiresAt ? { ...record } : record
    case 'attach':
      return attach(record, command.sender)
  }
}

/** Who the command is by: the device that comes in, or the one that was there. */
const actor = (command: AccessCommand): Sender => (isNewcomer(command) ? command.device : command.sender)
