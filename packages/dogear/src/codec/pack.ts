// The compact form of a record: a list instead of named members, and the bookkeeping as bytes. Decoding gives back an equal record.

import type { Device, Receipt, SessionRecord, TrailEntry } from '../turn/record.ts'
import { numberReader, putFixed, putSigned, putVarint, startWriting, written } from './numbers.ts'

type PackedDevice = [id: string, secretHash: Uint8Array | string, label: string, createdAt: number, seenAt: number]
type Packed = [
  format: number,
  flow: string,
  version: number,
  epoch: number,
  revision: number,
  commit: string,
  snapshot: SessionRecord['snapshot'],
  timers: SessionRecord['timers'],
  effects: SessionRecord['effects'],
  entries: SessionRecord['entries'],
  receipts: Uint8Array,
  names: readonly string[],
  visited: Uint8Array,
  trail: Uint8Array,
  drafts: SessionRecord['drafts'],
  devices: PackedDevice[],
  handoffs: SessionRecord['handoffs'],
  owner: string | null,
  createdAt: number,
  updatedAt: number,
  expiresAt: number,
]
const members = 21

/** A record as a list. Times are relative to one another; names that repeat are written once. */
export function pack(record: SessionRecord): Packed {
  const {
    format,
    flow,
    version,
    epoch,
    revision,
    snapshot,
    timers,
    effects,
    entries,
    drafts,
    handoffs,
    owner,
    createdAt,
  } = record
  const names = new Map<string, number>()
  const index = (name: string) => {
    let at = names.get(name)
    if (at === undefined) {
      at = names.size
      names.set(name, at)
    }
    return at
  }
  const visited = packVisited(record, index)
  const trail = packTrail(record, index)
  const devices = record.devices.map(
    (device): PackedDevice => [
      device.id,
      toBytes(device.secretHash),
      device.label,
      device.createdAt - createdAt,
      record.updatedAt - device.seenAt,
    ],
  )
  const received = packReceipts(record)
  const [updatedAt, expiresAt] = [record.updatedAt - createdAt, record.expiresAt - createdAt]
  // biome-ignore format: one member after the other, as `Packed` lists them.
  return [
    format, flow, version, epoch, revision, record.commit, snapshot, timers, effects, entries,
    received, [...names.keys()], visited, trail, drafts, devices, handoffs, owner, createdAt, updatedAt, expiresAt,
  ]
}

/** The record again. Throws `RangeError` or `TypeError` for anything `pack` does not write. */
export function unpack(packed: unknown): SessionRecord {
  if (!Array.isArray(packed) || packed.length !== members) throw new TypeError('not the members a record has')
  const [
    format,
    flow,
    version,
    epoch,
    revision,
    commit,
    snapshot,
    timers,
    effects,
    entries,
    receipts,
    names,
    visited,
    trail,
    drafts,
    devices,
    handoffs,
    owner,
    createdAt,
    updatedAt,
    expiresAt,
  ] = packed as Packed
  const name = (index: number) => {
    const found = names[index]
    if (found === undefined) throw new RangeError('a name is missing')
    return found
  }
  return {
    ...{ format, flow, version, epoch, revision, commit, snapshot, timers, effects, entries },
    receipts: unpackReceipts(receipts, { epoch, revision }),
    visited: readAll(visited, (reader) => name(reader.varint())),
    drafts,
    devices: devices.map(
      ([id, secretHash, label, since, seenAt]): Device => ({
        id,
        secretHash: toText(secretHash),
        label,
        createdAt: createdAt + since,
        seenAt: createdAt + updatedAt - seenAt,
      }),
    ),
    ...{
      handoffs,
      owner,
      trail: unpackTrail(trail, { createdAt, name }),
      createdAt,
      updatedAt: createdAt + updatedAt,
      expiresAt: createdAt + expiresAt,
    },
  }
}

function packVisited({ visited }: SessionRecord, index: (name: string) => number): Uint8Array {
  startWriting()
  for (const step of visited) putVarint(index(step))
  return written()
}

function packReceipts({ receipts, epoch, revision }: SessionRecord): Uint8Array {
  startWriting()
  for (const { op, body, position } of receipts) {
    putFixed(op, 5)
    putFixed(body, 3)
    putVarint(epoch - position.epoch)
    // A restored session may hold receipts of revisions it lost.
    putSigned(revision - position.revision)
  }
  return written()
}

function unpackReceipts(bytes: Uint8Array, { epoch, revision }: { epoch: number; revision: number }): Receipt[] {
  return readAll(bytes, (reader) => {
    const [op, body] = [reader.fixed(5), reader.fixed(3)]
    return { op, body, position: { epoch: epoch - reader.varint(), revision: revision - reader.signed() } }
  })
}

// `from` is almost always where the turn before ended, and the device the same; only exceptions are written, told by two bits.
function packTrail({ trail, createdAt }: SessionRecord, index: (name: string) => number): Uint8Array {
  startWriting()
  let before = { to: '', device: '', at: createdAt }
  for (const entry of trail) {
    const moved = entry.from !== before.to
    const other = entry.device !== before.device
    putVarint(index(entry.event) * 4 + (moved ? 2 : 0) + (other ? 1 : 0))
    if (moved) putVarint(index(entry.from))
    if (other) putVarint(index(entry.device))
    putVarint(index(entry.to))
    putSigned(entry.at - before.at)
    before = entry
  }
  return written()
}

function unpackTrail(
  bytes: Uint8Array,
  { createdAt, name }: { createdAt: number; name: (index: number) => string },
): TrailEntry[] {
  let before = { to: '', device: '', at: createdAt }
  return readAll(bytes, (reader) => {
    const head = reader.varint()
    const from = head & 2 ? name(reader.varint()) : before.to
    const device = head & 1 ? name(reader.varint()) : before.device
    const entry = {
      event: name(Math.floor(head / 4)),
      from,
      to: name(reader.varint()),
      device,
      at: before.at + reader.signed(),
    }
    before = entry
    return entry
  })
}

function readAll<T>(bytes: Uint8Array, read: (reader: ReturnType<typeof numberReader>) => T): T[] {
  const reader = numberReader(bytes)
  const all: T[] = []
  while (!reader.done()) all.push(read(reader))
  return all
}

/** base64url text as its bytes, or the text itself if it is none. */
function toBytes(text: string): Uint8Array | string {
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? bytes : text
}

const toText = (stored: Uint8Array | string): string =>
  typeof stored === 'string' ? stored : Buffer.from(stored).toString('base64url')
