// Every session of a store, one bounded batch after another, each as what it is to this release.

import { type Codec, msgpackCodec } from '../codec/codec.ts'
import { type Records, recordsOf } from '../codec/records.ts'
import { isDogearError } from '../errors.ts'
import type { Scanned, SessionId, Store } from '../store/store.ts'
import type { SessionRecord } from '../turn/record.ts'
import { keepPace, type Pace } from './pace.ts'

/** A session as found: its record, or why there is none. `newer`: written by a release that knows more than this one. */
export type FoundSession =
  | { id: SessionId; kind: 'record'; record: SessionRecord; ttlMs: number }
  | { id: SessionId; kind: 'unreadable' | 'newer'; reason: string }

export type Sweep = { sessions: FoundSession[]; cursor: string | undefined; done: number }

export type SweepOptions = { codec?: Codec | undefined; batch: number; cursor?: string | undefined; pace: Pace }

/** How many ids are remembered, so that memory stays bounded. */
const maxSeen = 1_000_000

/**
 * Goes through all sessions, each given once among the first million, after which one may be given twice. Holds one batch at a
 * time, and leaves the store as much time as the pace says.
 */
export async function* everySession(
  store: Store,
  { codec = msgpackCodec(), batch, cursor: from, pace }: SweepOptions,
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
