// Revoking: one device ends the access of others.

import { type Refused, type RevokeCommand, refused } from './commands.ts'
import { deviceOf, without } from './devices.ts'
import type { SessionRecord } from './record.ts'

/** The record without the device, or without all but the one that asks; the same record if there is none to revoke. */
export function revoke(record: SessionRecord, { device, sender }: RevokeCommand, now: number): SessionRecord | Refused {
  const here = deviceOf(record, sender.secretHash)
  if (device === here?.id) return refused('invalid', [{ path: ['device'], message: 'A device cannot revoke itself.' }])
  const meant = ({ id }: { id: string }) => (device === 'others' ? id !== here?.id : id === device)
  if (!record.devices.some(meant)) return record
  return without(record, meant, { why: 'revoked', to: here?.label ?? '', at: now })
}
