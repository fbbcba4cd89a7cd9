// Handoffs: a session passed on to another browser by a link or a code, each good for one time.

import { type RedeemCommand, type Refused, refused, type Sender, type TakeBackCommand } from '../commands.ts'
import type { EndedDevice, Handoff, UnsavedRecord } from '../record.ts'
import { deviceLimit, deviceOf, endedOf, mayEnter, withDevice, without } from './devices.ts'

/** How many handoffs of one session may be open; a further one replaces the oldest. */
export const handoffLimit = 3

/** The open handoff whose link or code has this hash, or undefined: wrong, used and expired ones are all the same. */
export function handoffOf(
  record: UnsavedRecord,
  { by, hash }: Pick<RedeemCommand, 'by' | 'hash'>,
  now: number,
): Handoff | undefined {
  return stillOpen(record, now).find((handoff) => handoff[by] === hash)
}

/** The record with one more offer, made by `sender`, or by nobody's device; undefined if it was made already. */
export function issue(
  record: UnsavedRecord,
  { handoff, sender }: { handoff: Omit<Handoff, 'by'>; sender: Pick<Sender, 'secretHash'> },
  now: number,
): UnsavedRecord | undefined {
  if (record.handoffs.some(({ link }) => link === handoff.link)) return undefined
  const by = deviceOf(record, sender.secretHash)?.id ?? ''
  return { ...record, handoffs: [...stillOpen(record, now), { ...handoff, by }].slice(-handoffLimit) }
}

/** The record with the device that was passed the link or code; a `move` ends the device that issued it. */
export function redeem(record: UnsavedRecord, command: RedeemCommand, now: number): UnsavedRecord | Refused {
  const { device } = command
  const handoff = handoffOf(record, command, now)
  if (!handoff) return refused('handoff-gone')
  const handoffs = stillOpen(record, now).filter((other) => other !== handoff)
  const left =
    handoff.mode === 'move'
      ? without({ ...record, handoffs }, ({ id }) => id === handoff.by, { why: 'moved', to: device.label, at: now })
      : { ...record, handoffs }
  return left.devices.length < deviceLimit ? withDevice(left, device, { now }) : refused('too-many')
}

function stillOpen({ handoffs }: UnsavedRecord, now: number): readonly Handoff[] {
  return handoffs.filter(({ expiresAt }) => now < expiresAt)
}

/** True if the device may have the session back: nothing it must not see was entered on another device since. */
export function mayTakeBack({ revision }: UnsavedRecord, { why, revision: untouchedUntil }: EndedDevice): boolean {
  return why === 'moved' && revision === untouchedUntil
}

/** The ended devices after a turn of the engine: no person acted, so one that could take the session back still can. */
export function untouched({ ended, revision }: UnsavedRecord): readonly EndedDevice[] {
  if (!ended.some((device) => device.revision === revision)) return ended
  return ended.map((device) => (device.revision === revision ? { ...device, revision: revision + 1 } : device))
}

/** The record with the device back under its new secret, without the device the session was moved to. */
export function takeBack(record: UnsavedRecord, command: TakeBackCommand, now: number): UnsavedRecord | Refused {
  const { sender, device } = command
  const ended = endedOf(record, sender.secretHash)
  const known = mayEnter(record, { secretHash: sender.secretHash, owner: sender.owner?.id })
  if (!ended || known === 'signed_out') return refused('expired')
  if (!mayTakeBack(record, ended)) return refused('not-accepted')
  const others = { ...record, ended: record.ended.filter((other) => other !== ended) }
  // No device was added since, so the last one is the one the session was moved to.
  const there = record.devices.at(-1)
  const alone = without(others, ({ id }) => id === there?.id, { why: 'moved', to: device.label, at: now })
  return withDevice(alone, device, { now, owned: ended.owned === true })
}
