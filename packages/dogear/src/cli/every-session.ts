// The sweep over all sessions of a store, in bounded batches.

import type { Codec } from '../codec/codec.ts'
import { type Records, recordsOf } from '../codec/records.ts'
import { isDogearError } from '../errors.ts'
import type { Scanned, SessionId, Store } from '../store/store.ts'
import type { SessionRecord } from '../turn/record.ts'
import { keepPace, type Pace } from './pace.ts'

/** A session as found: its record, or the reason for having none. `newer`: written by a newer release than this one. */
export type FoundSession =
  | { id: SessionId; kind: 'record'; record: SessionRecord; ttlMs: number }
  | { id: SessionId; kind: 'unreadable' | 'newer'; reason: string }

export type Sweep = { sessions: FoundSession[]; cursor: string | undefined; done: number }

export type SweepOptions = { codec: Codec; batch: number; cursor?: string | undefined; pace: Pace }

/** The most ids remembered, so that memory stays bounded. */
const maxSeen = 1_000_000

/**
 * Yields all sessions, at the given pace, with one batch in memory at a time. After the first million a session may
 * come twice.
 */
export async function* everySession(
  store: Store,
  { codec, batch, cursor: from, pace }: SweepOptions,
): AsyncGenerator<Sweep> {
  const records = recordsOf(codec)
  const seen = new Set<SessionId>()
  let cursor = from
  do {
    const next = await store.scan(cursor, batch)
    const fresh = next.found.filter(({ id }) => !seen.has(id))
    if (seen.size < maxSeen) for (const { id } of fresh) seen.add(id)
    cursor = next.cursor
    yield { sessions: await Promise.all(fresh.map((one) => toFound(records, one))), cursor, done: next.done }
    await keepPace(pace, next.found.length)
  } while (cursor !== undefined)
}

async function toFound(records: Records, { id, stored, ttlMs }: Scanned): Promise<FoundSession> {
  if (!stored) return { id, kind: 'unreadable', reason: 'the store holds something there that is no record' }
  try {
    return { id, kind: 'record', record: await records.read(id, stored), ttlMs }
  } catch (error) {
    if (!isDogearError(error)) throw error
    return { id, kind: error.code === 'newer_version' ? 'newer' : 'unreadable', reason: error.message }
  }
}
