// The sweep over all sessions of a store, in bounded batches.

import { type Records, recordsOf } from '../codec/records.ts'
import type { Engine } from '../engine/engine.ts'
import { isDogearError } from '../errors.ts'
import type { Scanned, SessionId } from '../store/store.ts'
import type { SessionRecord } from '../turn/record.ts'
import { createPace } from './pace.ts'
import { createSeen } from './seen.ts'

/** A session as found: its record of so many `bytes`, or the reason for having none. `newer`: written by a newer release than this one. */
export type FoundSession =
  | { id: SessionId; kind: 'record'; record: SessionRecord; bytes: number }
  | { id: SessionId; kind: 'unreadable' | 'newer'; reason: string }

/** One batch. `cursor` continues after it and is undefined after the last; `done` is the finished part, from 0 to 1. */
export type Batch = { sessions: FoundSession[]; cursor: string | undefined; done: number }

/** At most `batch` sessions are read at a time and `rate` in a second, from `cursor` or from the beginning. */
export type SweepOptions = { batch: number; rate: number; cursor?: string | undefined }

/** Yields all sessions, with one batch in memory at a time. After the first million a session may come twice. */
export async function* everySession(
  { store, codec }: Engine,
  { batch, rate, cursor: from }: SweepOptions,
): AsyncGenerator<Batch> {
  const records = recordsOf(codec)
  const keepPace = createPace(rate)
  const seen = createSeen()
  let cursor = from
  do {
    const next = await store.scan(cursor, batch)
    const fresh = next.found.filter(({ id }) => seen.add(id))
    cursor = next.cursor
    yield { sessions: await Promise.all(fresh.map((one) => toFound(records, one))), cursor, done: next.done }
    await keepPace(next.found.length)
  } while (cursor !== undefined)
}

async function toFound(records: Records, { id, stored }: Scanned): Promise<FoundSession> {
  if (!stored) return { id, kind: 'unreadable', reason: 'the store holds something there that is no record' }
  try {
    return { id, kind: 'record', record: await records.read(id, stored), bytes: stored.bytes.length }
  } catch (error) {
    if (!isDogearError(error)) throw error
    return { id, kind: error.code === 'newer_version' ? 'newer' : 'unreadable', reason: error.message }
  }
}
