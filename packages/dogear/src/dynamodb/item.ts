// The items of the table: their keys, their attributes, the record in one.

import { hash } from 'node:crypto'
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { DogearError } from '../errors.ts'
import { parsePosition, positionText } from '../position.ts'
import type { Found, SessionId, Stored } from '../store/store.ts'
import type { Position } from '../wire.ts'

/**
 * The attributes of an item, as DynamoDB speaks of them.
 *
 * | attribute | |
 * |---|---|
 * | `pk`, `sk` | `s:<id>`, `.` of a session; `o:<owner>`, `:<id>` of one that is listed; `c:<code>`, `.` of a code |
 * | the same | `p:<id>`, a number of an entry of the progress of a session |
 * | `position`, `bytes` | the record and where it is, as `epoch.revision.mark`; a tombstone has neither |
 * | `expiresAt` | the end of record, tombstone, entry, listing or code, ms; a session that is only leased has none |
 * | `ttl` | the time from which the service may delete the item, s |
 * | `dueAt` | the deadline of a session that has one, ms |
 * | `partition`, `claimableAt` | its place on the agenda: a part of it, and the time it can be claimed from, ms |
 * | `l:<key>` | a lease: its `token`, and `until` when it holds, ms |
 * | `value`, `tries` | of a code; a burned one has no value |
 * | `value`, `addedAt` | of an entry of progress, with the time at which it was added, ms |
 */
export type Item = Record<string, AttributeValue>

/** The service deletes an item no earlier than this after its end, so that clocks may differ and leases outlive. */
export const graceMs = 3_600_000

export const text = (value: string): AttributeValue => ({ S: value })
export const number = (value: number): AttributeValue => ({ N: String(value) })
export const ttlOf = (endsAt: number): AttributeValue => number(Math.ceil((endsAt + graceMs) / 1000))

export const sessionPrefix = 's:'
export const sessionKey = (id: SessionId): Item => ({ pk: text(sessionPrefix + id), sk: text('.') })
export const progressKey = (id: SessionId, nth: number): Item => ({
  pk: text(`p:${id}`),
  sk: text(String(nth).padStart(15, '0')),
})
export const listingKey = (owner: string, id: SessionId): Item => ({ pk: text(`o:${owner}`), sk: text(`:${id}`) })
export const codeKey = (code: string): Item => ({ pk: text(`c:${code}`), sk: text('.') })

/** The session of an item, or of an entry of the index. */
export const idOf = ({ pk }: Item): SessionId => (pk?.S ?? '').slice(sessionPrefix.length)

/** The part of the agenda that a session is on. */
export const partitionOf = (id: SessionId, partitions: number): number =>
  hash('sha256', id, 'buffer').readUInt16BE(0) % partitions

/** A time in an item, in milliseconds; NaN without it. */
export const timeIn = (item: Item | undefined, name: string): number => Number(item?.[name]?.N ?? Number.NaN)

/** True if what the item holds has not expired. */
export const isAlive = (item: Item | undefined, now: number): boolean => timeIn(item, 'expiresAt') > now

export const isAt = (item: Item | undefined, { position, now }: { position: Position; now: number }): boolean =>
  isAlive(item, now) && item?.position?.S === positionText(position)

/** The record in an item. Throws `record_unreadable` for what no commit wrote; it stays as it is. */
export function foundIn(item: Item | undefined, now: number): Found {
  if (!item || !isAlive(item, now)) return undefined
  return item.position ? storedIn(item) : 'removed'
}

export function storedIn({ position: at, bytes }: Item): Stored {
  const position = parsePosition(at?.S ?? '')
  if (!position || !bytes?.B) {
    const message = 'What DynamoDB holds under this session is not a record; it was left as it is.'
    throw new DogearError('record_unreadable', message)
  }
  return { bytes: new Uint8Array(bytes.B), position }
}

/** A lease in an item: its token, and until when it holds. */
export function leaseIn(item: Item | undefined, key: string): { token: string | undefined; until: number } {
  const lease = item?.[leaseName(key)]?.M
  return { token: lease?.token?.S, until: timeIn(lease, 'until') }
}

const leasePrefix = 'l:'
export const leaseName = (key: string): string => leasePrefix + key
export const leaseOf = (token: string, until: number): AttributeValue => ({
  M: { token: text(token), until: number(until) },
})

/** The names of the leases in an item that hold at `now`, and of those that do not any more. */
export function leasesIn(item: Item, now: number): { held: string[]; lapsed: string[] } {
  const names = Object.keys(item).filter((name) => name.startsWith(leasePrefix))
  const held = names.filter((name) => timeIn(item[name]?.M, 'until') > now)
  return { held, lapsed: names.filter((name) => !held.includes(name)) }
}
