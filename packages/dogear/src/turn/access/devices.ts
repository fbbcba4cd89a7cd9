// Devices: the browsers that hold a secret for a session, or once held one.

import { type Refused, type RevokeCommand, refused, type Sender } from '../commands.ts'
import type { Device, EndedDevice, UnsavedRecord } from '../record.ts'

/** How many browsers may hold a secret for one session. */
export const deviceLimit = 8

/** How many browsers that lost access are kept, to tell them why. */
export const endedLimit = 4

/** The device that holds the secret. */
export function deviceOf(record: UnsavedRecord, secretHash: string): Device | undefined {
  for (const device of record.devices) if (device.secretHash === secretHash) return device
  return undefined
}

/** The device that held the secret until it lost access. */
export function endedOf(record: UnsavedRecord, secretHash: string): EndedDevice | undefined {
  return record.ended.find((device) => device.secretHash === secretHash)
}

/**
 * `yes` if the holder of a secret may use the session; `signed_out` for a device that got access by signing in and is
 * signed in as somebody else or nobody now; the ended device; undefined for a secret that never opened the session.
 * `owner` is the id of the signed-in user.
 */
export function mayEnter(
  record: UnsavedRecord,
  { secretHash, owner }: { secretHash: string; owner?: string | undefined },
): 'yes' | 'signed_out' | EndedDevice | undefined {
  const device = deviceOf(record, secretHash) ?? endedOf(record, secretHash)
  if (!device) return undefined
  if (device.owned && (owner === undefined || owner !== record.owner?.id)) return 'signed_out'
  return 'why' in device ? device : 'yes'
}

/** The record after `sender` was seen at `now`; the first sender of a new record becomes its first device. */
export function seen(record: UnsavedRecord, { secretHash, label }: Sender, now: number): UnsavedRecord {
  if (record.devices.length === 0) return withDevice(record, { secretHash, label }, { now })
  return {
    ...record,
    devices: record.devices.map((device) => (device.secretHash === secretHash ? { ...device, seenAt: now } : device)),
  }
}

/** The id of the device added by a revision: a turn adds one at most, so no two ever have the same id. */
export const deviceIdAt = (revision: number): string => `d${revision}`

/** The record with one more device. */
export function withDevice(
  record: UnsavedRecord,
  { secretHash, label }: Pick<Sender, 'secretHash' | 'label'>,
  { now, owned = false }: { now: number; owned?: boolean },
): UnsavedRecord {
  const device = { id: deviceIdAt(record.revision + 1), secretHash, label, createdAt: now, seenAt: now }
  return { ...record, devices: [...record.devices, owned ? { ...device, owned } : device] }
}

/** The record without the devices `which` names, and without the handoffs they issued; they will be told `why`. */
export function without(
  record: UnsavedRecord,
  which: (device: Device) => boolean,
  { why, to, at }: Pick<EndedDevice, 'why' | 'to' | 'at'>,
): UnsavedRecord {
  const leaving = record.devices.filter(which)
  const ended = leaving.map(
    ({ createdAt: _, seenAt: __, ...device }): EndedDevice => ({
      ...device,
      why,
      to,
      at,
      revision: record.revision + 1,
    }),
  )
  return {
    ...record,
    devices: record.devices.filter((device) => !which(device)),
    ended: [...record.ended, ...ended].slice(-endedLimit),
    handoffs: record.handoffs.filter(({ by }) => !leaving.some(({ id }) => id === by)),
  }
}

/** The record without the device, or without all but the one that asks; undefined if there is none to revoke. */
export function revoke(
  record: UnsavedRecord,
  { device, sender }: RevokeCommand,
  now: number,
): UnsavedRecord | Refused | undefined {
  const here = deviceOf(record, sender.secretHash)
  if (device === here?.id) return refused('invalid', [{ path: ['device'], message: 'A device cannot revoke itself.' }])
  const meant = ({ id }: { id: string }) => (device === 'others' ? id !== here?.id : id === device)
  if (!record.devices.some(meant)) return undefined
  return without(record, meant, { why: 'revoked', to: here?.label ?? '', at: now })
}
