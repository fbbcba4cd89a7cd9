// Owners: a session attached to a signed-in user by an act of theirs, open to their other browsers.

import { type AttachCommand, type OpenAsOwnerCommand, type Refused, refused, type Sender } from '../commands.ts'
import type { Owner, UnsavedRecord } from '../record.ts'
import { deviceLimit, deviceOf, withDevice, without } from './devices.ts'

/**
 * The record after a turn of a person. A cookie that comes along with every request is no wish, so a session gets its
 * owner only here, by the first event of the only browser that has it, or by `attach`. An owner it has stays; their
 * way in is as new as their last turn.
 */
export function owned(record: UnsavedRecord, { secretHash, owner }: Sender, begins: boolean): UnsavedRecord {
  if (!owner) return record
  if (record.owner === null) return begins && record.devices.length === 1 ? ownedBy(record, secretHash, owner) : record
  const isTheirs = record.owner.id === owner.id && deviceOf(record, secretHash)?.owned
  return isTheirs ? { ...record, owner } : record
}

/**
 * The record after a sign-in at the device: it is the user's, and the device has a new secret. The old one may be known
 * to somebody who was here before; the device is told where the session went, once it is signed in.
 */
export function attach(record: UnsavedRecord, command: AttachCommand, now: number): UnsavedRecord | Refused {
  const { sender, device } = command
  const { owner, secretHash } = sender
  if (!owner || (record.owner && record.owner.id !== owner.id)) return refused('not-accepted')
  if (!deviceOf(record, secretHash)) return refused('expired')
  const left = without(ownedBy(record, secretHash, owner), (one) => one.secretHash === secretHash, {
    why: 'moved',
    to: device.label,
    at: now,
  })
  return withDevice(left, device, { now, owned: true })
}

function ownedBy(record: UnsavedRecord, secretHash: string, owner: Owner): UnsavedRecord {
  const devices = record.devices.map((device) =>
    device.secretHash === secretHash ? { ...device, owned: true as const } : device,
  )
  return { ...record, owner, devices }
}

/** The record with one more device of its owner. To anybody else there is no such session. */
export function openAsOwner(record: UnsavedRecord, command: OpenAsOwnerCommand, now: number): UnsavedRecord | Refused {
  const { owner, device } = command
  if (record.owner === null || record.owner.id !== owner) return refused('expired')
  return record.devices.length < deviceLimit ? withDevice(record, device, { now, owned: true }) : refused('too-many')
}
