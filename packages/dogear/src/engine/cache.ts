// The record cache: what this process last saw of each session, so that a hot turn needs neither a read nor a decode.

import { LRUCache } from 'lru-cache'
import type { SessionId, Stored } from '../store/store.ts'
import type { SessionRecord } from '../turn/record.ts'

/** Stored bytes, and the record they were encoded from if the last turn on it was committed here. */
export type Cached = Stored & { record?: SessionRecord | undefined }

export type Cache = {
  /** What is known of a session, without its record: decode the bytes. */
  get(id: SessionId): Stored | undefined
  /** The same with the record, which is handed out once: whoever fails with it must not put it back, as a machine may have changed its context in place. */
  take(id: SessionId): Cached | undefined
  set(id: SessionId, cached: Cached): void
  delete(id: SessionId): void
}

/** At most `maxBytes` of encoded records. */
export function createCache(maxBytes: number): Cache {
  const limit = Math.max(1, maxBytes)
  const sessions = new LRUCache<SessionId, Cached>({
    maxSize: limit,
    maxEntrySize: limit,
    sizeCalculation: ({ bytes }) => bytes.length + 256,
  })
  return {
    get: (id) => sessions.get(id),
    take(id) {
      const kept = sessions.get(id)
      if (kept?.record === undefined) return kept
      const taken = { ...kept }
      kept.record = undefined
      return taken
    },
    set: (id, cached) => void sessions.set(id, cached),
    delete: (id) => void sessions.delete(id),
  }
}
