// The sweep over all sessions of a store, in bounded batches.

import { type Records, recordsOf } from '../../codec/records.ts'
import { keyIdOf } from '../../codec/sealed.ts'
import type { Engine } from '../../engine/engine.ts'
import { isDogearError } from '../../errors.ts'
import type { Scanned, SessionId } from '../../store/store.ts'
import { sleep } from '../../time.ts'
import type { SessionRecord } from '../../turn/record.ts'
import { createPace } from './pace.ts'
import { createSeen } from './seen.ts'

/**
 * A session as found: its record of so many `bytes`, or the reason for having none. `newer`: written by a newer release
 * than this one. `sealedWith` is the id of the key that it names, undefined if it is not sealed.
 */
export type FoundSession = { id: SessionId; sealedWith: string | undefined } & (
  | { kind: 'record'; record: SessionRecord; bytes: number }
  | { kind: 'unreadable' | 'newer'; reason: string }
)

/** The place that a sweep has come to: the store's cursor, and the ids behind it as `Seen` saves them. */
export type SweepPlace = { cursor: string; seen: string }

/** One batch. `place` is where to go on after it, undefined after the last; `done` is the part behind, from 0 to 1. */
export type Batch = { sessions: FoundSession[]; place: (() => SweepPlace) | undefined; done: number }

/**
 * At most `batch` sessions are read at a time and `rate` in a second, from a place or from the beginning. A store that
 * cannot be scanned in passing is asked again for `patienceMs` milliseconds (two minutes).
 */
export type SweepOptions = { batch: number; rate: number; from?: SweepPlace | undefined; patienceMs?: number }

/**
 * Yields all sessions, with one batch in memory at a time. A scan that begins again, as Redis needs it after slots have
 * moved, gives no session twice before there are a million.
 */
export async function* everySession(
  { store, codec }: Pick<Engine, 'store' | 'codec'>,
  { batch, rate, from, patienceMs = 120_000 }: SweepOptions,
): AsyncGenerator<Batch> {
  const records = recordsOf(codec)
  const keepPace = createPace(rate)
  const seen = createSeen(from?.seen)
  let cursor = from?.cursor
  do {
    const next = await patiently(() => store.scan(cursor, batch), patienceMs)
    const fresh = next.found.filter(({ id }) => seen.add(id))
    cursor = next.cursor
    const at = cursor
    const place = at === undefined ? undefined : () => ({ cursor: at, seen: seen.save() })
    yield { sessions: await Promise.all(fresh.map((one) => toFound(records, one))), place, done: next.done }
    await keepPace(next.found.length)
  } while (cursor !== undefined)
}

/** Calls again and again while the store is not available, for at most `patienceMs` milliseconds. */
async function patiently<T>(call: () => Promise<T>, patienceMs: number): Promise<T> {
  const until = performance.now() + patienceMs
  for (;;)
    try {
      return await call()
    } catch (error) {
      if (!isDogearError(error) || error.code !== 'store_unavailable' || performance.now() >= until) throw error
      await sleep(error.retryAfterMs ?? 1_000, undefined, { holds: true })
    }
}

async function toFound(records: Records, { id, stored }: Scanned): Promise<FoundSession> {
  const reason = 'the store holds something there that is no record'
  if (!stored) return { id, sealedWith: undefined, kind: 'unreadable', reason }
  const session = { id, sealedWith: keyIdOf(stored.bytes) }
  try {
    return { ...session, kind: 'record', record: await records.read(id, stored), bytes: stored.bytes.length }
  } catch (error) {
    // A key service that is away makes no record unreadable.
    if (!isDogearError(error) || error.code === 'store_unavailable') throw error
    return { ...session, kind: error.code === 'newer_version' ? 'newer' : 'unreadable', reason: error.message }
  }
}
