// The compact form of who may enter a session: devices, those that were, handoffs and the owner.

import type { Device, EndedDevice, Handoff, Owner } from '../turn/record.ts'
import { toBytes, toText } from './base64.ts'

type Hash = Uint8Array | string
/** What times and revisions are told relative to. */
export type Base = { createdAt: number; updatedAt: number; revision: number }

type DeviceParts = [id: string, secret: Hash, label: string, createdAt: number, seenAt: number]
/** The last member is there for an owned one only. */
export type PackedDevice = [...DeviceParts, owned?: 1]

export function packDevice({ id, secretHash, label, createdAt, seenAt, owned }: Device, base: Base): PackedDevice {
  const packed: DeviceParts = [id, toBytes(secretHash), label, createdAt - base.createdAt, base.updatedAt - seenAt]
  return owned ? [...packed, 1] : packed
}

export function unpackDevice([id, secret, label, since, seen, owned]: PackedDevice, base: Base): Device {
  const createdAt = base.createdAt + since
  const device = { id, secretHash: toText(secret), label, createdAt, seenAt: base.updatedAt - seen }
  return owned ? { ...device, owned: true } : device
}

const reasons = ['moved', 'revoked'] as const
type EndedParts = [id: string, secret: Hash, label: string, why: number, to: string, at: number, revision: number]
export type PackedEnded = [...EndedParts, owned?: 1]

export function packEnded(device: EndedDevice, base: Base): PackedEnded {
  const { id, secretHash, label, why, to, at, revision, owned } = device
  const when = [at - base.createdAt, base.revision - revision] as const
  const packed: EndedParts = [id, toBytes(secretHash), label, reasons.indexOf(why), to, ...when]
  return owned ? [...packed, 1] : packed
}

export function unpackEnded([id, secret, label, why, to, at, age, owned]: PackedEnded, base: Base): EndedDevice {
  const [since, revision] = [base.createdAt + at, base.revision - age]
  const device = { id, secretHash: toText(secret), label, why: oneOf(reasons, why), to, at: since, revision }
  return owned ? { ...device, owned: true } : device
}

const modes = ['move', 'join'] as const
export type PackedHandoff = [link: Hash, code: Hash, mode: number, by: string, expiresAt: number]

export function packHandoff({ link, code, mode, by, expiresAt }: Handoff, { createdAt }: Base): PackedHandoff {
  return [toBytes(link), toBytes(code), modes.indexOf(mode), by, expiresAt - createdAt]
}

export function unpackHandoff([link, code, mode, by, expiresAt]: PackedHandoff, { createdAt }: Base): Handoff {
  return { link: toText(link), code: toText(code), mode: oneOf(modes, mode), by, expiresAt: createdAt + expiresAt }
}

export type PackedOwner = [id: Hash, label: string, way: Hash] | null

export function packOwner(owner: Owner | null): PackedOwner {
  return owner && [toBytes(owner.id), owner.label, toBytes(owner.sealedSelector)]
}

export function unpackOwner(packed: PackedOwner): Owner | null {
  if (packed === null) return null
  const [id, label, sealedSelector] = packed
  return { id: toText(id), label, sealedSelector: toText(sealedSelector) }
}

function oneOf<T>(words: readonly T[], index: number): T {
  const word = words[index]
  if (word === undefined) throw new RangeError('a word is missing')
  return word
}
