// Converts values for Postgres: strings to bytes, since its text cannot hold every string, or times to milliseconds.

import type { Stored } from '../store/store.ts'
import type { Position } from '../wire.ts'
import type { Row } from './database.ts'

export function toBytea(value: string | Uint8Array): Buffer {
  return typeof value === 'string' ? Buffer.from(value) : Buffer.from(value.buffer, value.byteOffset, value.byteLength)
}

export function fromBytea(value: unknown): string {
  return Buffer.from(value as Uint8Array).toString()
}

/** The record in a row of sessions. */
export function toStored(row: Row): Stored {
  return { bytes: new Uint8Array(row.bytes as Uint8Array), position: toPosition(row) }
}

/** The position of a row of sessions. */
export function toPosition({ epoch, revision, mark }: Row): Position {
  return { epoch: Number(epoch), revision: Number(revision), mark: toMark(mark) }
}

/** The values of the columns `epoch`, `revision` and `mark`; nulls without a position. */
export const toColumns = (position: Position | undefined): unknown[] =>
  position ? [position.epoch, position.revision, Buffer.from(position.mark, 'base64url')] : [null, null, null]

const toMark = (bytes: unknown): string => Buffer.from(bytes as Uint8Array).toString('base64url')

/** SQL for a time as milliseconds since the Unix epoch. */
export const inMs = (time: string): string => `floor(extract(epoch from ${time}) * 1000)::bigint`

/** SQL for the time of `parameter` milliseconds since the Unix epoch. */
export const atMs = (parameter: string): string => `to_timestamp(${parameter}::double precision / 1000)`

/** SQL for the time `parameter` milliseconds from now, by the clock of Postgres. */
export const fromNow = (parameter: string): string =>
  `date_trunc('milliseconds', clock_timestamp()) + ${parameter}::double precision * interval '1 millisecond'`
