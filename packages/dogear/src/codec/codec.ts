// The formats of a record's bytes: a format byte, then MessagePack or JSON.

import { addExtension, Packr, RESERVE_START_SPACE } from 'msgpackr'
import { DogearError, isDogearError } from '../errors.ts'
import type { SessionRecord } from '../turn/record.ts'
import type { Position } from '../wire.ts'
import { knownFormat, knownLayout, pack, type RecordData, unpack } from './pack.ts'
import { fromRows, MapEntries, NegativeZero, Rows, toPackable } from './packable.ts'

/** The id a record is stored under, at this position. */
export type RecordPlace = { session: string; position: Position }

/**
 * Turns records into bytes and back. The first byte names the format: 1 MessagePack, 2 JSON. Any codec reads both, so
 * that the option can be changed while sessions are alive. `encode` throws `not_serializable` with the path of a value
 * that it cannot carry; `decode` throws `record_unreadable` or, for the layout of a later release, `newer_version`. A
 * codec that seals binds the bytes to their place; one that has to ask for a key returns a promise.
 */
export interface Codec {
  encode(record: SessionRecord, place: RecordPlace): Uint8Array | Promise<Uint8Array>
  decode(bytes: Uint8Array, place: RecordPlace): SessionRecord | Promise<SessionRecord>
}

/** A codec that returns no promise, and the same bytes in every place. */
export interface PlainCodec extends Codec {
  encode(record: SessionRecord): Uint8Array
  decode(bytes: Uint8Array): SessionRecord
}

const msgpackByte = 1
const jsonByte = 2
/** Leaves room for the format before the rest, so that nothing has to be moved. */
const withRoom = RESERVE_START_SPACE + 1
/** The lists of timers and of effects are one level above. */
const rowsFrom = 3

addExtension({
  Class: MapEntries,
  type: 1,
  write: ({ entries }: MapEntries) => entries,
  read: (entries: [unknown, unknown][]) => new Map(entries),
})
addExtension({ Class: NegativeZero, type: 2, write: () => null, read: () => -0 })
addExtension({ Class: Rows, type: 3, write: ({ cells }: Rows) => cells, read: fromRows })
// Bytes are copied out of what is stored, or an edit of one would change the other.
const packr = new Packr({ useRecords: false, moreTypes: true, copyBuffers: true })

/**
 * MessagePack: compact; `Date`, `Map`, `Set`, `BigInt`, `-0` and bytes survive. The default.
 *
 * A record holds every word that is needed to read it, so any process reads it at any time: one with another version of
 * the flow, or without the flow, after a rollback, out of a copy of the store. Layout 4 is written; 3 is read as well.
 * A process that knows only 3 answers `newer_version` to layout 4 and keeps the bytes.
 */
export function msgpackCodec(): PlainCodec {
  return {
    encode: (record) => withFormat(msgpackByte, packr.pack(pack(record, dataOf(record, rowsFrom)), withRoom)),
    decode,
  }
}

/** JSON, readable with any tool. Refuses `Date`, `Map`, `Set`, `BigInt`, bytes, `NaN`, `-0`, `undefined` in lists. */
export function jsonCodec(): PlainCodec {
  return {
    encode: (record) =>
      withFormat(jsonByte, Buffer.from(` ${JSON.stringify({ ...record, ...dataOf(record) }, refuseLossy)}`)),
    decode,
  }
}

/** The parts of a record that hold data of the flow, ready to be packed. Only they may be refused. */
function dataOf({ snapshot, timers, effects, drafts }: SessionRecord, rowsFrom?: number): RecordData {
  return toPackable({ snapshot, timers, effects, drafts }, rowsFrom) as RecordData
}

function withFormat(format: number, bytes: Uint8Array): Uint8Array {
  bytes[0] = format
  return bytes
}

function decode(bytes: Uint8Array): SessionRecord {
  try {
    const body = bytes.subarray(1)
    if (bytes[0] === msgpackByte) {
      const packed: unknown = packr.unpack(body)
      // A later layout may have other members, so it is refused before they are read.
      if (Array.isArray(packed)) refuseNewer(packed[0], knownLayout)
      return checked(unpack(packed))
    }
    if (bytes[0] === jsonByte) return checked(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)))
    throw new TypeError(`unknown format byte ${bytes[0] ?? 'none'}`)
  } catch (error) {
    if (isDogearError(error)) throw error
    const message = 'the stored record cannot be read; it is kept as it is'
    throw new DogearError('record_unreadable', message, { cause: error })
  }
}

function refuseNewer(layout: unknown, known: number): void {
  if (typeof layout !== 'number' || layout <= known) return
  const message = `the record has layout ${layout}, this process knows ${known}`
  throw new DogearError('newer_version', message, { retryAfterMs: 5_000 })
}

function checked(value: unknown): SessionRecord {
  const record = value as SessionRecord
  if (typeof record !== 'object' || record === null) throw new TypeError('not a record')
  refuseNewer(record.format, knownFormat)
  const { timers, effects, receipts, visited, devices, ended, handoffs, trail } = record
  const counts = [record.version, record.epoch, record.revision, record.createdAt, record.updatedAt, record.expiresAt]
  const lists = [timers, effects, receipts, visited, devices, ended, handoffs, trail]
  const maps = [record.snapshot, record.entries, record.drafts]
  const whole =
    record.format === knownFormat &&
    counts.every(Number.isSafeInteger) &&
    lists.every(Array.isArray) &&
    maps.every((map) => typeof map === 'object' && map !== null) &&
    typeof record.flow === 'string' &&
    typeof record.mark === 'string' &&
    typeof record.lineage === 'string'
  if (!whole) throw new TypeError('a member is missing or of another kind')
  const known = ['active', 'done', 'error'].includes(record.snapshot.status)
  if (!known) throw new TypeError('the snapshot has no known status')
  return record
}

function refuseLossy(this: unknown, key: string, value: unknown): unknown {
  const raw = key === '' ? value : (this as Record<string, unknown>)[key]
  const lossy =
    [Date, MapEntries, NegativeZero, Set, Uint8Array].some((kind) => raw instanceof kind) ||
    typeof raw === 'bigint' ||
    (typeof raw === 'number' && !Number.isFinite(raw)) ||
    (raw === undefined && Array.isArray(this))
  if (lossy)
    throw new DogearError('not_serializable', `JSON cannot carry the value at "${key}"; use the MessagePack codec`)
  return value
}
