// Devices: the browsers that hold a secret for a session.

import type { Device, SessionRecord } from './record.ts'

/** Who sends a command: the hash of the device's secret, and what to call the device when it is new. */
export type Sender = { secretHash: string; label: string }

/** The device that holds the secret, or undefined: then the caller is to be told nothing more than that there is no session. */
export function deviceOf(record: SessionRecord, secretHash: string): Device | undefined {
  return record.devices.find((device) => device.secretHash === secretHash)
}

/** The devices after `sender` was seen at `now`; the first sender of a new record becomes its first device. */
export function seen(record: SessionRecord, { secretHash, label }: Sender, now: number): readonly Device[] {
  if (record.devices.length === 0) return [{ id: 'd1', secretHash, label, createdAt: now, seenAt: now }]
  return record.devices.map((device) => (device.secretHash === secretHash ? { ...device, seenAt: now } : device))
}
