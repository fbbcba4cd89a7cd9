// Handoffs: a session passed on to another browser by a link or a code, each good for one time.

import { type RedeemCommand, type Refused, refused } from './commands.ts'
import { deviceLimit, deviceOf, type Sender, withDevice, without } from './devices.ts'
import type { Handoff, SessionRecord } from './record.ts'

/** How many handoffs of one session may be open; a further one replaces the oldest. */
export const handoffLimit = 3

/** The open handoff whose link or code has this hash, or undefined: wrong, used and expired ones are all the same. */
export function handoffOf(
  record: SessionRecord,
  { by, hash }: Pick<RedeemCommand, 'by' | 'hash'>,
  now: number,
): Handoff | undefined {
  return stillOpen(record, now).find((handoff) => handoff[by] === hash)
}

/** The record with one more offer, made by `sender`; the same record if it was made already. */
export function issue(
  record: SessionRecord,
  { handoff, sender }: { handoff: Omit<Handoff, 'by'>; sender: Sender },
  now: number,
): SessionRecord {
  if (record.handoffs.some(({ link }) => link === handoff.link)) return record
  const by = deviceOf(record, sender.secretHash)?.id ?? ''
  return { ...record, handoffs: [...stillOpen(record, now), { ...handoff, by }].slice(-handoffLimit) }
}

/** The record with the device that was passed the link or code; a `move` ends the device that issued it. */
export function redeem(record: SessionRecord, command: RedeemCommand, now: number): SessionRecord | Refused {
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

function stillOpen({ handoffs }: SessionRecord, now: number): readonly Handoff[] {
  return handoffs.filter(({ expiresAt }) => now < expiresAt)
}
