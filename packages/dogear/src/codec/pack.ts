// The compact form of a record: a list instead of named members, its bookkeeping as bytes.

import type { Birth, SessionRecord } from '../turn/record.ts'
import { toText } from './base64.ts'
import { entryOf, nameWriter, type PackedNames, unpackNames } from './names.ts'
import { type Base, type PackedAccess, packAccess, unpackAccess } from './pack-access.ts'
import { type PackedDrafts, packDrafts, unpackDrafts } from './pack-drafts.ts'
import { type PackedState, packState, unpackState } from './pack-machine.ts'
import { type Past3, packPast, unpackPast } from './pack-past.ts'

/** A list of layout 4; of layout 3 with `snapshot`, `timers`, `effects` as they are, all names whole. */
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
  names: PackedNames | readonly string[],
  past: Uint8Array | Past3,
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
  /** Present only where parallel regions have a step each; null if `birth` follows. */
  at?: string | null,
  /** Of layout 5, which is written only where it is needed. */
  birth?: [key: string | null, sealedSelector: string | null],
]
const members = 21
const membersOf3 = 23

/** The format of a record, as its members say it: JSON has them by these names. */
export const knownFormat = 3
/** The newest layout of the list, which is what is written. An earlier release refuses it as `newer_version`. */
export const knownLayout = 5
/** Layout 4 has no `birth`. It is written where that is left out, so that an earlier release can read it. */
const layoutWithout = 4
const layouts = [3, layoutWithout, knownLayout]

/** The parts of a record that hold data of the flow. */
export type RecordData = Pick<SessionRecord, 'snapshot' | 'drafts' | 'timers' | 'effects'>

/**
 * A record as a list, with `data` in place of its own. Times are relative to `createdAt` or `updatedAt`; a repeated
 * name is written once.
 */
export function pack(record: SessionRecord, data: RecordData = record): Packed {
  const { flow, version, epoch, revision, entries } = record
  const [mark, lineage] = [packMarks(record.mark), packMarks(record.lineage)]
  const { createdAt, updatedAt, expiresAt } = record
  const { index, packed: packNames } = nameWriter()
  const past = packPast(record, index)
  const { snapshot, timers, effects } = packState(data, record, index)
  const drafts = packDrafts(data.drafts, updatedAt)
  const { devices, ended, handoffs, owner } = packAccess(record)
  const layout = record.birth ? knownLayout : layoutWithout
  // biome-ignore format: one member after the other, as `Packed` lists them.
  const packed: Packed = [
    layout, flow, version, epoch, revision, mark, lineage, snapshot, timers, effects, entries,
    packNames(), past, drafts, devices, handoffs, owner,
    createdAt, updatedAt - createdAt, expiresAt - createdAt, ended,
  ]
  const { owing, at, birth } = record
  if (owing || at !== undefined || birth) packed.push(owing ? 1 : 0)
  if (at !== undefined || birth) packed.push(at ?? null)
  if (birth) packed.push([birth.key ?? null, birth.sealedSelector ?? null])
  return packed
}

/** The record that `pack` was given. Throws `RangeError` or `TypeError` for anything `pack` does not write. */
export function unpack(packed: unknown): SessionRecord {
  // biome-ignore format: one member after the other, as `Packed` lists them.
  const [
    layout, flow, version, epoch, revision, mark, lineage, snapshot, timers, effects, entries, names, past,
    drafts, devices, handoffs, owner, createdAt, sinceUpdate, untilExpiry, ended, owing, at, birth,
  ] = toPacked(packed)
  const base: Base = { createdAt, updatedAt: createdAt + sinceUpdate, revision }
  const isWhole = layout < layoutWithout
  const known = isWhole ? (names as readonly string[]) : unpackNames(names as PackedNames)
  const name = (index: number) => entryOf(known, index)
  const state = { snapshot, timers, effects }
  return {
    ...{ format: knownFormat, flow, version, epoch, revision, mark: toText(mark), lineage: toText(lineage) },
    ...(isWhole ? (state as SessionRecord) : unpackState(state as PackedState, base, name)),
    entries,
    ...unpackPast(past, { createdAt, epoch, revision }, name),
    ...(owing === 1 && { owing: true }),
    ...(typeof at === 'string' && { at }),
    ...(birth && { birth: toBirth(birth) }),
    drafts: unpackDrafts(drafts, base.updatedAt),
    ...unpackAccess({ devices, ended, handoffs, owner }, base),
    createdAt,
    updatedAt: base.updatedAt,
    expiresAt: createdAt + untilExpiry,
  }
}

function toPacked(packed: unknown): Packed {
  if (!Array.isArray(packed)) throw new TypeError('not a list of members')
  const isOld = packed[0] === 3
  const count = isOld ? membersOf3 : members
  const [owing, at, birth] = packed.slice(count)
  const isKnown = owing === 0 || owing === 1
  const isWhole =
    packed.length === count ||
    (packed.length === count + 1 && owing === 1) ||
    (packed.length === count + 2 && isKnown && typeof at === 'string') ||
    (packed.length === count + 3 && isKnown && (at === null || typeof at === 'string') && Array.isArray(birth))
  if (!layouts.includes(packed[0]) || !isWhole) throw new TypeError('not the members a record has')
  return isOld ? fromLayout3(packed) : (packed as Packed)
}

function toBirth([key, sealedSelector]: NonNullable<Packed[23]>): Birth {
  return { ...(key !== null && { key }), ...(sealedSelector !== null && { sealedSelector }) }
}

function fromLayout3(packed: readonly unknown[]): Packed {
  const [receipts, names, visited, trail] = packed.slice(11)
  return [...packed.slice(0, 11), names, { receipts, visited, trail }, ...packed.slice(15)] as unknown as Packed
}

// Marks are base64url. Text of another length than a multiple of four would not come back from its bytes.
const packMarks = (marks: string): Uint8Array | string =>
  marks.length % 4 === 0 ? Buffer.from(marks, 'base64url') : marks
