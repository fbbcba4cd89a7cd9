// Taking back: a device the session was moved away from comes in again, as long as nothing happened since.

import { type Refused, type RetakeCommand, refused } from './commands.ts'
import { endedOf, mayEnter, withDevice, without } from './devices.ts'
import type { EndedDevice, SessionRecord } from './record.ts'

/** Whether the device may have the session back: what was entered on the other one since is not for its eyes. */
export function mayTakeBack({ revision }: SessionRecord, { why, revision: untouchedUntil }: EndedDevice): boolean {
  return why === 'moved' && revision === untouchedUntil
}

/** The ended devices after a turn of the engine, which is nobody's doing: who might have taken the session back still may. */
export function untouched({ ended, revision }: SessionRecord): readonly EndedDevice[] {
  if (!ended.some((device) => device.revision === revision)) return ended
  return ended.map((device) => (device.revision === revision ? { ...device, revision: revision + 1 } : device))
}

/** The record with the device in again, under its new secret, and the one it was moved to ended. */
export function takeBack(
  record: SessionRecord,
  { sender, device }: RetakeCommand,
  now: number,
): SessionRecord | Refused {
  const ended = endedOf(record, sender.secretHash)
  const known = mayEnter(record, { secretHash: sender.secretHash, owner: sender.owner?.id })
  if (!ended || known === 'signed_out') return refused('expired')
  if (!mayTakeBack(record, ended)) return refused('not-accepted')
  const others = { ...record, ended: record.ended.filter((other) => other !== ended) }
  // Nobody has come in since, so the device it was moved to is the last one that did.
  const there = record.devices.at(-1)
  const alone = without(others, ({ id }) => id === there?.id, { why: 'moved', to: device.label, at: now })
  return withDevice(alone, device, { now, owned: ended.owned === true })
}
