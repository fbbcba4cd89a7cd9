// The compact form of a record: a list instead of named members, its bookkeeping as bytes.

import type { Receipt, SessionRecord, TrailEntry } from '../turn/record.ts'
import { toText } from './base64.ts'
import { entryOf, nameWriter, type PackedNames, unpackNames } from './names.ts'
import { numberReader, putFixed, putSigned, putVarint, startWriting, toSigned, toUnsigned, written } from './numbers.ts'
import { type Base, type PackedAccess, packAccess, unpackAccess } from './pack-access.ts'
import { type PackedDrafts, packDrafts, unpackDrafts } from './pack-drafts.ts'
import { type PackedState, packState, unpackState } from './pack-machine.ts'

/** A list of layout 4, or of 3: that has `snapshot`, `timers` and `effects` as they are, and all names whole. */
type Packed = [
  layout: number,
  flow: string,
  version: number,
  epoch: number,
  revision: number,
  mark: Uint8Array | string,
  lineage: Uint8Array | string,
  snapshot: PackedState['snapshot'] | SessionRecord['snapshot'],
  timers: PackedState['timers'] | SessionRecord['timers'],
  effects: PackedState['effects'] | SessionRecord['effects'],
  entries: SessionRecord['entries'],
  receipts: Uint8Array,
  names: PackedNames | readonly string[],
  visited: Uint8Array,
  trail: Uint8Array,
  drafts: PackedDrafts,
  devices: PackedAccess['devices'],
  handoffs: PackedAccess['handoffs'],
  owner: PackedAccess['owner'],
  createdAt: number,
  updatedAt: number,
  expiresAt: number,
  ended: PackedAccess['ended'],
  /** Present only if something is owing, or `at` follows. */
  owing?: 0 | 1,
  /** Present only where parallel regions have a step each. */
  at?: string,
]
const members = 23

/** The format of a record, as its members say it: JSON has them by these names. */
export const knownFormat = 3
/** The newest layout of the list, which is what is written. An earlier release refuses it as `newer_version`. */
export const knownLayout = 4
const layouts = [3, knownLayout]

/** The parts of a record that hold data of the flow. */
export type RecordData = Pick<SessionRecord, 'snapshot' | 'drafts' | 'timers' | 'effects'>

/** A record as a list, with `data` in place of its own. Times are relative to `createdAt` or `updatedAt`; a repeated name is written once. */
export function pack(record: SessionRecord, data: RecordData = record): Packed {
  const { flow, version, epoch, revision, entries } = record
  const [mark, lineage] = [packMarks(record.mark), packMarks(record.lineage)]
  const { createdAt, updatedAt, expiresAt } = record
  const { index, packed: packNames } = nameWriter()
  const visited = packVisited(record, index)
  const trail = packTrail(record, index)
  const { snapshot, timers, effects } = packState(data, record, index)
  const receipts = packReceipts(record)
  const drafts = packDrafts(data.drafts, updatedAt)
  const { devices, ended, handoffs, owner } = packAccess(record)
  // biome-ignore format: one member after the other, as `Packed` lists them.
  const packed: Packed = [
    knownLayout, flow, version, epoch, revision, mark, lineage, snapshot, timers, effects, entries, receipts,
    packNames(), visited, trail, drafts, devices, handoffs, owner,
    createdAt, updatedAt - createdAt, expiresAt - createdAt, ended,
  ]
  if (record.owing || record.at !== undefined) packed.push(record.owing ? 1 : 0)
  if (record.at !== undefined) packed.push(record.at)
  return packed
}

/** The record that `pack` was given. Throws `RangeError` or `TypeError` for anything `pack` does not write. */
export function unpack(packed: unknown): SessionRecord {
  // biome-ignore format: one member after the other, as `Packed` lists them.
  const [
    layout, flow, version, epoch, revision, mark, lineage, snapshot, timers, effects, entries, receipts, names,
    visited, trail, drafts, devices, handoffs, owner, createdAt, sinceUpdate, untilExpiry, ended, owing, at,
  ] = toPacked(packed)
  const base: Base = { createdAt, updatedAt: createdAt + sinceUpdate, revision }
  const isWhole = layout < knownLayout
  const known = isWhole ? (names as readonly string[]) : unpackNames(names as PackedNames)
  const name = (index: number) => entryOf(known, index)
  const state = { snapshot, timers, effects }
  return {
    ...{ format: knownFormat, flow, version, epoch, revision, mark: toText(mark), lineage: toText(lineage) },
    ...(isWhole ? (state as SessionRecord) : unpackState(state as PackedState, base, name)),
    entries,
    receipts: unpackReceipts(receipts, { epoch, revision }),
    visited: readAll(visited, (reader) => name(reader.varint())),
    ...(owing === 1 && { owing: true }),
    ...(at !== undefined && { at }),
    drafts: unpackDrafts(drafts, base.updatedAt),
    ...unpackAccess({ devices, ended, handoffs, owner }, base),
    trail: unpackTrail(trail, createdAt, name),
    createdAt,
    updatedAt: base.updatedAt,
    expiresAt: createdAt + untilExpiry,
  }
}

function toPacked(packed: unknown): Packed {
  if (!Array.isArray(packed)) throw new TypeError('not a list of members')
  const [owing, at] = packed.slice(members)
  const isWhole =
    packed.length === members ||
    (packed.length === members + 1 && owing === 1) ||
    (packed.length === members + 2 && (owing === 0 || owing === 1) && typeof at === 'string')
  if (!layouts.includes(packed[0]) || !isWhole) throw new TypeError('not the members a record has')
  return packed as Packed
}

// Marks are base64url. Text of another length than a multiple of four would not come back from its bytes.
const packMarks = (marks: string): Uint8Array | string =>
  marks.length % 4 === 0 ? Buffer.from(marks, 'base64url') : marks

function packVisited({ visited }: SessionRecord, index: (name: string) => number): Uint8Array {
  startWriting()
  for (const step of visited) putVarint(index(step))
  return written()
}

// Each position is relative to the one after it. One bit says if the epoch is another, which it almost never is. A
// restored session may hold receipts of revisions it lost, so a difference may be negative.
function packReceipts({ receipts, epoch, revision }: SessionRecord): Uint8Array {
  startWriting()
  let after: Receipt['position'] = { epoch, revision }
  for (const { op, body, position } of receipts.toReversed()) {
    const restored = after.epoch !== position.epoch
    putFixed(op, 5)
    putFixed(body, 3)
    putVarint(toUnsigned(after.revision - position.revision) * 2 + (restored ? 1 : 0))
    if (restored) putVarint(after.epoch - position.epoch)
    after = position
  }
  return written()
}

function unpackReceipts(bytes: Uint8Array, newest: Receipt['position']): Receipt[] {
  let after = newest
  const receipts = readAll(bytes, (reader): Receipt => {
    const [op, body, head] = [reader.fixed(5), reader.fixed(3), reader.varint()]
    const epoch = after.epoch - (head % 2 ? reader.varint() : 0)
    after = { epoch, revision: after.revision - toSigned(Math.floor(head / 2)) }
    return { op, body, position: after }
  })
  return receipts.reverse()
}

// `from` and `device` are almost always those the turn before ended with. Two bits say which of them is written after
// all.
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

function unpackTrail(bytes: Uint8Array, createdAt: number, name: (index: number) => string): TrailEntry[] {
  let before = { to: '', device: '', at: createdAt }
  return readAll(bytes, (reader) => {
    const head = reader.varint()
    const from = head & 2 ? name(reader.varint()) : before.to
    const device = head & 1 ? name(reader.varint()) : before.device
    const event = name(Math.floor(head / 4))
    const entry = { event, from, to: name(reader.varint()), device, at: before.at + reader.signed() }
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
