// Owners: a session attached to a signed-in user, open to their other browsers.

import { type OpenAsOwnerCommand, type Refused, refused, type Sender } from '../commands.ts'
import type { UnsavedRecord } from '../record.ts'
import { deviceLimit, deviceOf, withDevice } from './devices.ts'

/** The record owned by the user signed in at `sender`, with the device marked; unchanged if somebody else owns it. */
export function attached(record: UnsavedRecord, { secretHash, owner }: Sender): UnsavedRecord {
  if (!owner || (record.owner && record.owner.id !== owner.id)) return record
  const devices = record.devices.map((device) =>
    device.secretHash === secretHash && !device.owned ? { ...device, owned: true as const } : device,
  )
  return { ...record, owner, devices }
}

/** `attached` on request: refused if somebody else owns the record, undefined if the device is marked already. */
export function attach(record: UnsavedRecord, sender: Sender): UnsavedRecord | Refused | undefined {
  if (record.owner && record.owner.id !== sender.owner?.id) return refused('not-accepted')
  const known = record.owner !== null && deviceOf(record, sender.secretHash)?.owned
  return known ? undefined : attached(record, sender)
}

/** The record with one more device of its owner. To anybody else there is no such session. */
export function openAsOwner(record: UnsavedRecord, command: OpenAsOwnerCommand, now: number): UnsavedRecord | Refused {
  const { owner, device } = command
  if (record.owner === null || record.owner.id !== owner) return refused('expired')
  return record.devices.length < deviceLimit ? withDevice(record, device, { now, owned: true }) : refused('too-many')
}
