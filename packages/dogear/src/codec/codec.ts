// The formats of a record's bytes: a format byte, then MessagePack or JSON.

import { addExtension, Packr, RESERVE_START_SPACE } from 'msgpackr'
import { DogearError, isDogearError } from '../errors.ts'
import type { Path } from '../plain-data.ts'
import type { SessionRecord } from '../turn/record.ts'
import type { Position } from '../wire.ts'
import { checked, refuseNewer } from './checked.ts'
import { knownLayout, pack, type RecordData, unpack } from './pack.ts'
import { fromRows, MapEntries, NegativeZero, Rows, toPackable } from './packable.ts'

/** The id a record is stored under, at this position. */
export type RecordPlace = { session: string; position: Position }

/**
 * Turns records into bytes and back. The first byte names the format: 1 MessagePack, 2 JSON, 3 MessagePack with the
 * context in a form of its own; 4 and 5 are sealed records, which only the engine writes. Any codec reads 1 to 3, so
 * that the option can be changed while sessions are alive, but 3 only with the form. `encode` throws `not_serializable`
 * with the path of a value that it cannot carry; `decode` throws `record_unreadable` or, for the layout of a later
 * release or without the form, `newer_version`. A codec that seals binds the bytes to their place; one that has to ask
 * for a key returns a promise.
 */
export interface Codec {
  /** The bytes of a record. Throws `not_serializable` with the path of what cannot be carried, `too_large`. */
  encode(record: SessionRecord, place: RecordPlace): Uint8Array | Promise<Uint8Array>
  /** The record in `bytes`. Throws `record_unreadable`, or `newer_version` for a layout of a later release. */
  decode(bytes: Uint8Array, place: RecordPlace): SessionRecord | Promise<SessionRecord>
}

/** A codec that returns no promise, and the same bytes in every place. */
export interface PlainCodec extends Codec {
  encode(record: SessionRecord): Uint8Array
  decode(bytes: Uint8Array): SessionRecord
}

/**
 * The contexts of one flow in a form of their own. `encode` is given plain data that starts at `path` of the record; it
 * throws `not_serializable` with the path of a value it cannot carry. `decode` throws `newer_version` for bytes that
 * would come back with less than they hold; any other error makes the record unreadable.
 */
export type ContextForm = {
  encode(context: unknown, path: Path): Uint8Array
  decode(bytes: Uint8Array): unknown
}
/** By the id of the flow. */
export type ContextForms = ReadonlyMap<string, ContextForm>

const msgpackByte = 1
const jsonByte = 2
const formByte = 3
const contextPath = ['snapshot', 'context']
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
  return packedCodec(new Map())
}

/** As `msgpackCodec`, but the contexts of these flows are bytes in the forms given, inside the same list. */
export function packedCodec(forms: ContextForms): PlainCodec {
  return {
    encode(record) {
      const data = dataOf(record, rowsFrom)
      const form = forms.get(record.flow)
      if (!form) return withFormat(msgpackByte, packr.pack(pack(record, data), withRoom))
      const context = form.encode(record.snapshot.context, contextPath)
      const formed = { ...data, snapshot: { ...data.snapshot, context } }
      return withFormat(formByte, packr.pack(pack(record, formed), withRoom))
    },
    decode: decoderOf(forms),
  }
}

/** JSON, readable with any tool. Refuses `Date`, `Map`, `Set`, `BigInt`, bytes, `NaN`, `-0`, `undefined` in lists. */
export function jsonCodec(): PlainCodec {
  return {
    encode: (record) =>
      withFormat(jsonByte, Buffer.from(` ${JSON.stringify({ ...record, ...dataOf(record) }, refuseLossy)}`)),
    decode: decoderOf(new Map()),
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

function decoderOf(forms: ContextForms): PlainCodec['decode'] {
  return (bytes) => {
    try {
      const [format, body] = [bytes[0], bytes.subarray(1)]
      if (format === msgpackByte) return unpacked(body)
      if (format === formByte) return withContext(unpacked(body), forms)
      if (format === jsonByte) return checked(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)))
      throw new TypeError(`unknown format byte ${format ?? 'none'}`)
    } catch (error) {
      if (isDogearError(error)) throw error
      const message = 'the stored record cannot be read; it is kept as it is'
      throw new DogearError('record_unreadable', message, { cause: error })
    }
  }
}

function unpacked(body: Uint8Array): SessionRecord {
  const packed: unknown = packr.unpack(body)
  // A later layout may have other members, so it is refused before they are read.
  if (Array.isArray(packed)) refuseNewer(packed[0], knownLayout)
  return checked(unpack(packed))
}

function withContext(record: SessionRecord, forms: ContextForms): SessionRecord {
  const { flow, snapshot } = record
  const form = forms.get(flow)
  if (!form) {
    const message = `the context of flow "${flow}" is a Protocol Buffers message; give its schema to protobufCodec`
    throw new DogearError('newer_version', message, { retryAfterMs: 5_000 })
  }
  if (!(snapshot.context instanceof Uint8Array)) throw new TypeError('the context is not bytes')
  return { ...record, snapshot: { ...snapshot, context: form.decode(snapshot.context) } }
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
