// Owners: whose session it is, and how their other browsers get in.

import type { Sender } from '../commands.ts'
import { type OpenAsOwnerCommand, type Refused, refused } from '../commands.ts'
import type { SessionRecord } from '../record.ts'
import { deviceLimit, deviceOf, withDevice } from './devices.ts'

/** The record with whoever is signed in at `sender` as its owner and the device as theirs; unchanged if it is somebody else's. */
export function attached(record: SessionRecord, { secretHash, owner }: Sender): SessionRecord {
  if (!owner || (record.owner && record.owner.id !== owner.id)) return record
  const devices = record.devices.map((device) =>
    device.secretHash === secretHash && !device.owned ? { ...device, owned: true as const } : device,
  )
  return { ...record, owner, devices }
}

/** The same for a person who asks for it: refused if it is somebody else's, the same record if nothing is new. */
export function attach(record: SessionRecord, sender: Sender): SessionRecord | Refused {
  if (record.owner && record.owner.id !== sender.owner?.id) return refused('not-accepted')
  const known = record.owner !== null && deviceOf(record, sender.secretHash)?.owned
  return known ? record : attached(record, sender)
}

/** The record with one more device of its owner. To anybody else there is no such session. */
export function openAsOwner(
  record: SessionRecord,
  { owner, device }: OpenAsOwnerCommand,
  now: number,
): SessionRecord | Refused {
  if (record.owner === null || record.owner.id !== owner) return refused('expired')
  return record.devices.length < deviceLimit ? withDevice(record, device, { now, owned: true }) : refused('too-many')
}
