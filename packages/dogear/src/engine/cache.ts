// The record cache: the last state of each session known to this process, so that a hot turn needs no read or decode.

import { LRUCache } from 'lru-cache'
import type { SessionId, Stored } from '../store/store.ts'
import type { Opened } from '../turn/advance.ts'

/** Stored bytes; `opened` is the record in them with its live state, if the last turn on it was committed here. */
export type Cached = Stored & { opened?: Opened | undefined }

export type Cache = {
  /** For reading only: XState may change a context in place, so no turn may start from an entry that stays. */
  get(id: SessionId): Readonly<Cached> | undefined
  /**
   * Returns the decoded record and forgets it. XState may have changed its context in place, so after a failure decode
   * the bytes again.
   */
  take(id: SessionId): Cached | undefined
  set(id: SessionId, cached: Cached): void
  delete(id: SessionId): void
}

/**
 * The memory an entry takes, in bytes. Measured with the MessagePack codec: besides its bytes an entry costs 1 kB; a
 * record with its live state 3 kB and from 2 times (long texts) to 6 times (numbers, small objects) its encoded size.
 */
const sizeOf = ({ bytes, opened }: Cached): number => (opened ? 6 * bytes.length + 4_096 : bytes.length + 1_024)

/** At most about `maxBytes` of memory. */
export function createCache(maxBytes: number): Cache {
  const limit = Math.max(1, maxBytes)
  const sessions = new LRUCache<SessionId, Cached>({
    maxSize: limit,
    maxEntrySize: limit,
    sizeCalculation: sizeOf,
  })
  return {
    get: (id) => sessions.get(id),
    take(id) {
      const kept = sessions.get(id)
      if (kept?.opened === undefined) return kept
      const taken = { ...kept }
      kept.opened = undefined
      return taken
    },
    set: (id, cached) => void sessions.set(id, cached),
    delete: (id) => void sessions.delete(id),
  }
}
