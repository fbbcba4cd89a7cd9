// The least that a record has to have, checked on what was read.

import { DogearError } from '../errors.ts'
import type { SessionRecord } from '../turn/record.ts'
import { knownFormat } from './pack.ts'

/** Throws `newer_version` if a layout that was read is past `known`, the newest one of this release. */
export function refuseNewer(layout: unknown, known: number): void {
  if (typeof layout !== 'number' || layout <= known) return
  const message = `the record has layout ${layout}, this process knows ${known}`
  throw new DogearError('newer_version', message, { retryAfterMs: 5_000 })
}

/** `value` if it is a record whole enough to be used. Throws `newer_version`, or `TypeError`. */
export function checked(value: unknown): SessionRecord {
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
