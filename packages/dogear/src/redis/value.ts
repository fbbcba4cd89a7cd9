// The value of one session in Redis: a head of fixed size, then the record's bytes.

import { DogearError } from '../errors.ts'
import type { Found } from '../store/store.ts'
import type { Position } from '../wire.ts'

const format = 0xd2
const kinds = { record: 1, tombstone: 2 } as const
const largest = 2 ** 48 - 1
const markAt = 14

/** Bytes of a head up to and with the mark: what a writer's expectation is compared with. */
export const positionLength = 20

/** Bytes before the record. */
export const headLength = 26

/** The first bytes of every record, whatever its position. */
export const recordMark: Buffer = Buffer.from([format, kinds.record])

/** The value of a removed session. */
export const tombstone: Buffer = Buffer.from([format, kinds.tombstone])

/**
 * The start of a session's value at `position`.
 *
 * | bytes | |
 * |---|---|
 * | 0 | format, always 0xd2 |
 * | 1 | kind: 1 a record, 2 a tombstone (which ends here) |
 * | 2–7 | epoch, unsigned, big-endian |
 * | 8–13 | revision, likewise |
 * | 14–19 | mark, the bytes it encodes |
 * | 20–25 | due time in milliseconds since the Unix epoch, as the epoch; 0 without one |
 * | 26– | the record, opaque |
 *
 * Two positions are equal exactly if their heads are, so scripts compare bytes and never parse.
 */
export function headOf({ epoch, revision, mark }: Position): Buffer {
  const head = Buffer.alloc(positionLength)
  recordMark.copy(head)
  head.writeUIntBE(epoch, 2, 6)
  head.writeUIntBE(revision, 8, 6)
  head.write(mark, markAt, 'base64url')
  return head
}

/** The whole value of a session: head, due time, record. */
export function toValue(bytes: Uint8Array, position: Position, dueAt: number | undefined): Buffer {
  const value = Buffer.allocUnsafe(headLength + bytes.length)
  headOf(position).copy(value)
  value.writeUIntBE(Math.min(Math.max(Math.ceil(dueAt ?? 0), 0), largest), positionLength, 6)
  value.set(bytes, headLength)
  return value
}

/** Reads a value back. Throws `record_unreadable` for anything `toValue` did not write; the value stays as it is. */
export function fromValue(value: Buffer | null): Found {
  if (value === null) return undefined
  if (value.equals(tombstone)) return 'removed'
  if (!isRecord(value)) throw unreadable()
  const mark = value.toString('base64url', markAt, positionLength)
  const position = { epoch: value.readUIntBE(2, 6), revision: value.readUIntBE(8, 6), mark }
  return { bytes: new Uint8Array(value.subarray(headLength)), position }
}

/** The due time in a record's head; `undefined` if that head is not one of ours. */
export function dueAtOf(head: Buffer): number | undefined {
  return isRecord(head) ? head.readUIntBE(positionLength, 6) : undefined
}

export function unreadable(cause?: unknown): DogearError {
  return new DogearError(
    'record_unreadable',
    'What Redis holds under this session is not a record; it was left as it is.',
    {
      cause,
    },
  )
}

function isRecord(value: Buffer): boolean {
  return value.length >= headLength && value.subarray(0, recordMark.length).equals(recordMark)
}
