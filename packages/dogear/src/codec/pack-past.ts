// The compact form of what a record remembers: steps visited, the trail, receipts, as one run of numbers.

import type { Receipt, SessionRecord, TrailEntry } from '../turn/record.ts'
import { numberReader, putFixed, putSigned, putVarint, startWriting, toSigned, toUnsigned, written } from './numbers.ts'

type Past = Pick<SessionRecord, 'visited' | 'trail' | 'receipts'>
type Base = Pick<SessionRecord, 'createdAt' | 'epoch' | 'revision'>
type Reader = ReturnType<typeof numberReader>
type Name = (index: number) => string

/** Layout 3 has a run of its own for each part. */
export type Past3 = { visited: Uint8Array; trail: Uint8Array; receipts: Uint8Array }

/** Names go by their number. */
export function packPast(record: Past & Base, index: (name: string) => number): Uint8Array {
  startWriting()
  putVarint(record.visited.length)
  for (const step of record.visited) putVarint(index(step))
  putVarint(record.trail.length)
  putTrail(record, index)
  putReceipts(record)
  return written()
}

export function unpackPast(past: Uint8Array | Past3, base: Base, name: Name): Past {
  if ('trail' in past) return unpackPast3(past, base, name)
  const reader = numberReader(past)
  const visited = readWhile(upTo(reader.varint()), () => name(reader.varint()))
  const trail = readTrail(reader, upTo(reader.varint()), { base, name })
  return { visited, trail, receipts: readReceipts(reader, base) }
}

function unpackPast3({ visited, trail, receipts }: Past3, base: Base, name: Name): Past {
  const [steps, turns] = [numberReader(visited), numberReader(trail)]
  return {
    visited: readWhile(
      () => !steps.done(),
      () => name(steps.varint()),
    ),
    trail: readTrail(turns, () => !turns.done(), { base, name }),
    receipts: readReceipts(numberReader(receipts), base),
  }
}

// Each position is relative to the one after it. One bit says if the epoch is another, which it almost never is. A
// restored session may hold receipts of revisions it lost, so a difference may be negative.
function putReceipts({ receipts, epoch, revision }: Pick<Past, 'receipts'> & Base): void {
  let after: Receipt['position'] = { epoch, revision }
  for (let at = receipts.length - 1; at >= 0; at--) {
    const { op, body, position } = receipts[at] as Receipt
    const restored = after.epoch !== position.epoch
    putFixed(op, 5)
    putFixed(body, 3)
    putVarint(toUnsigned(after.revision - position.revision) * 2 + (restored ? 1 : 0))
    if (restored) putVarint(after.epoch - position.epoch)
    after = position
  }
}

function readReceipts(reader: Reader, newest: Base): Receipt[] {
  let after: Receipt['position'] = newest
  const receipts = readWhile(
    () => !reader.done(),
    (): Receipt => {
      const [op, body, head] = [reader.fixed(5), reader.fixed(3), reader.varint()]
      const epoch = after.epoch - (head % 2 ? reader.varint() : 0)
      after = { epoch, revision: after.revision - toSigned(Math.floor(head / 2)) }
      return { op, body, position: after }
    },
  )
  return receipts.reverse()
}

// `from` and `device` are almost always those the turn before ended with. Two bits say which of them is written after
// all.
function putTrail({ trail, createdAt }: Pick<Past, 'trail'> & Base, index: (name: string) => number): void {
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
}

function readTrail(reader: Reader, more: () => boolean, { base, name }: { base: Base; name: Name }): TrailEntry[] {
  let before = { to: '', device: '', at: base.createdAt }
  return readWhile(more, () => {
    const head = reader.varint()
    const from = head & 2 ? name(reader.varint()) : before.to
    const device = head & 1 ? name(reader.varint()) : before.device
    const event = name(Math.floor(head / 4))
    const entry = { event, from, to: name(reader.varint()), device, at: before.at + reader.signed() }
    before = entry
    return entry
  })
}

const upTo = (count: number) => {
  let left = count
  return () => left-- > 0
}

function readWhile<T>(more: () => boolean, read: () => T): T[] {
  const all: T[] = []
  while (more()) all.push(read())
  return all
}
