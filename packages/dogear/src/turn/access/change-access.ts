// Commands that change who may use the session: the record after each of them, with its line in the trail.

import type { Unsaved } from '../advance.ts'
import {
  type AccessCommand,
  type AdmissionCommand,
  type AttachCommand,
  type InviteCommand,
  isAdmission,
  type Refused,
  type Sender,
} from '../commands.ts'
import { expiryAfter } from '../lifetime.ts'
import type { UnsavedRecord } from '../record.ts'
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

/** The session after the command; undefined if there is nothing to do. */
export function changeAccess(unsaved: Unsaved, command: AccessCommand, now: number): Unsaved | Refused | undefined {
  // This device is already in the record, so the command was applied before.
  if (holdsDevice(command) && deviceOf(unsaved.record, command.device.secretHash)) return undefined
  const record = decide(unsaved, command, now)
  if (!record || 'kind' in record) return record
  const event = noted[command.kind]
  if (event === undefined) return { ...unsaved, record }
  const device = deviceOf(record, actor(command).secretHash)?.id ?? ''
  const trail = extend(unsaved.record, { event, to: unsaved.live.value, at: now, device })
  return { ...unsaved, record: { ...record, trail } }
}

/** The session with an offer of the server; undefined if it was made already. */
export function invite(unsaved: Unsaved, { handoff }: InviteCommand, now: number): Unsaved | undefined {
  const record = issue(unsaved.record, { handoff, sender: { secretHash: '' } }, now)
  if (!record) return undefined
  const trail = extend(unsaved.record, { event: 'handoff issued', to: unsaved.live.value, at: now, device: '' })
  return { ...unsaved, record: { ...record, trail } }
}

function decide({ flow, record }: Unsaved, command: AccessCommand, now: number): UnsavedRecord | Refused | undefined {
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
      // Every turn of a person moves the expiry; this command only has to make one.
      return expiryAfter(flow, record, { now, used: true }) > record.expiresAt ? record : undefined
    case 'attach':
      return attach(record, command, now)
  }
}

/** The device that acts: the one that gets access, or the one that had it. */
const actor = (command: AccessCommand): Sender => (holdsDevice(command) ? command.device : command.sender)

const holdsDevice = (command: AccessCommand): command is AdmissionCommand | AttachCommand =>
  isAdmission(command) || command.kind === 'attach'
