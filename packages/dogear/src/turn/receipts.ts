// Receipts: the operations a session has applied, so that a retry is recognised instead of applied twice.

import type { Position } from '../wire.ts'
import type { EventCommand } from './commands.ts'
import type { Receipt, UnsavedRecord } from './record.ts'

/** How many of the last operations are remembered. An older one is told by the position that it was sent with. */
export const receiptLimit = 16
/** How many older ones that had no position are remembered as well: nothing else tells them. */
export const looseLimit = 32
/** In the hash of a body, says that the operation had no position. */
const looseBit = 2 ** 23

/** An operation is not known, known with the same body, or known with another body. */
export type Recall = 'unknown' | 'same' | 'reused'

export function recall(record: UnsavedRecord, opId: string, body: unknown): Recall {
  const op = hash(opId)
  const receipt = record.receipts.find((candidate) => candidate.op === op)
  if (!receipt) return 'unknown'
  return receipt.body % looseBit === bodyHash(body) ? 'same' : 'reused'
}

/** True if an operation with this id was applied, with any body. */
export const knows = (record: UnsavedRecord, opId: string): boolean => recall(record, opId, undefined) !== 'unknown'

/** The receipts after an event led to `revision`. */
export function remember(
  { receipts, epoch }: UnsavedRecord,
  { opId, event, position }: Pick<EventCommand, 'opId' | 'event'> & Partial<Pick<EventCommand, 'position'>>,
  revision: number,
): readonly Receipt[] {
  const body = bodyHash(event) + (position ? 0 : looseBit)
  const older = receipts.length + 1 - receiptLimit
  const known = receipts.filter((receipt, index) => index >= older || receipt.body >= looseBit)
  known.push({ op: hash(opId), body, position: { epoch, revision } })
  return known.length > looseLimit + receiptLimit ? known.slice(-looseLimit - receiptLimit) : known
}

/**
 * True if an event sent after seeing `position` may have been applied and its receipt pushed out since: an operation
 * always leads past the position that its sender had seen.
 */
export function mayBeForgotten({ receipts }: UnsavedRecord, position: Position): boolean {
  const oldest = receipts.at(-receiptLimit)
  if (!oldest) return false
  const { epoch, revision } = oldest.position
  return position.epoch < epoch || (position.epoch === epoch && position.revision < revision)
}

const bodyHash = (body: unknown): number => hash(canonical(body)) % looseBit

/**
 * JSON with sorted keys, and what JSON lacks by its kind: the same body gives the same text, however it was sent. A
 * member that is undefined is none; in a list, undefined is a value of its own.
 */
export function canonical(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? '-0' : String(value)
  if (Array.isArray(value)) return listed('', value)
  if (value instanceof Date) return `Date(${value.getTime()})`
  if (value instanceof Uint8Array) return listed('Bytes', [...value])
  if (value instanceof Map) return listed('Map', [...value])
  if (value instanceof Set) return listed('Set', [...value])
  const members = value as Readonly<Record<string, unknown>>
  const keys = Object.keys(members).filter((key) => members[key] !== undefined)
  return `{${keys
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(members[key])}`)
    .join(',')}}`
}

const listed = (kind: string, items: readonly unknown[]): string => `${kind}[${items.map(canonical).join(',')}]`

// 40 bits of two 32-bit multiplicative hashes. It tells one person's own operations apart; nobody gains by a collision.
function hash(text: string): number {
  let high = 0xdeadbeef
  let low = 0x41c6ce57
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    high = Math.imul(high ^ unit, 2654435761)
    low = Math.imul(low ^ unit, 1597334677)
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909)
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909)
  return (high & 0xff) * 2 ** 32 + (low >>> 0)
}
