// The compact form of access to a session: devices, ended devices, handoffs, the owner.

import type { Device, EndedDevice, Handoff, Owner, SessionRecord } from '../turn/record.ts'
import { toBytes, toText } from './base64.ts'
import { entryOf } from './names.ts'

type Hash = Uint8Array | string
/** Packed times and revisions are relative to these. */
export type Base = { createdAt: number; updatedAt: number; revision: number }

type Access = Pick<SessionRecord, 'devices' | 'ended' | 'handoffs' | 'owner'>
export type PackedAccess = {
  devices: readonly PackedDevice[]
  ended: readonly PackedEnded[]
  handoffs: readonly PackedHandoff[]
  owner: PackedOwner
}

export function packAccess(record: Access & Base): PackedAccess {
  const { devices, ended, handoffs, owner } = record
  return {
    devices: devices.map((device) => packDevice(device, record)),
    ended: ended.map((device) => packEnded(device, record)),
    handoffs: handoffs.map((handoff) => packHandoff(handoff, record)),
    owner: packOwner(owner),
  }
}

export function unpackAccess({ devices, ended, handoffs, owner }: PackedAccess, base: Base): Access {
  return {
    devices: devices.map((device) => unpackDevice(device, base)),
    ended: ended.map((device) => unpackEnded(device, base)),
    handoffs: handoffs.map((handoff) => unpackHandoff(handoff, base)),
    owner: unpackOwner(owner),
  }
}

type DeviceParts = [id: string, secret: Hash, label: string, createdAt: number, seenAt: number]
/** The last member is present for an owned device only. */
type PackedDevice = [...DeviceParts, owned?: 1]

function packDevice({ id, secretHash, label, createdAt, seenAt, owned }: Device, base: Base): PackedDevice {
  const packed: DeviceParts = [id, toBytes(secretHash), label, createdAt - base.createdAt, base.updatedAt - seenAt]
  return owned ? [...packed, 1] : packed
}

function unpackDevice([id, secret, label, since, seen, owned]: PackedDevice, base: Base): Device {
  const createdAt = base.createdAt + since
  const device = { id, secretHash: toText(secret), label, createdAt, seenAt: base.updatedAt - seen }
  return owned ? { ...device, owned: true } : device
}

const reasons = ['moved', 'revoked'] as const
type EndedParts = [id: string, secret: Hash, label: string, why: number, to: string, at: number, revision: number]
type PackedEnded = [...EndedParts, owned?: 1]

function packEnded(device: EndedDevice, base: Base): PackedEnded {
  const { id, secretHash, label, why, to, at, revision, owned } = device
  const when = [at - base.createdAt, base.revision - revision] as const
  const packed: EndedParts = [id, toBytes(secretHash), label, reasons.indexOf(why), to, ...when]
  return owned ? [...packed, 1] : packed
}

function unpackEnded([id, secret, label, why, to, at, age, owned]: PackedEnded, base: Base): EndedDevice {
  const [since, revision] = [base.createdAt + at, base.revision - age]
  const device = { id, secretHash: toText(secret), label, why: entryOf(reasons, why), to, at: since, revision }
  return owned ? { ...device, owned: true } : device
}

const modes = ['move', 'join'] as const
type PackedHandoff = [link: Hash, code: Hash, mode: number, by: string, expiresAt: number]

function packHandoff({ link, code, mode, by, expiresAt }: Handoff, { createdAt }: Base): PackedHandoff {
  return [toBytes(link), toBytes(code), modes.indexOf(mode), by, expiresAt - createdAt]
}

function unpackHandoff([link, code, mode, by, expiresAt]: PackedHandoff, { createdAt }: Base): Handoff {
  return { link: toText(link), code: toText(code), mode: entryOf(modes, mode), by, expiresAt: createdAt + expiresAt }
}

type PackedOwner = [id: Hash, label: string, sealedSelector: Hash] | null

function packOwner(owner: Owner | null): PackedOwner {
  return owner && [toBytes(owner.id), owner.label, toBytes(owner.sealedSelector)]
}

function unpackOwner(packed: PackedOwner): Owner | null {
  if (packed === null) return null
  const [id, label, sealedSelector] = packed
  return { id: toText(id), label, sealedSelector: toText(sealedSelector) }
}
