// The record cache: the bytes last seen of each session, so that a hot turn needs no read.

import { LRUCache } from 'lru-cache'
import type { SessionId, Stored } from '../store/store.ts'

/** Kept bytes per process. Bytes, not objects: every turn decodes its own copy, so nothing a machine mutates is shared. */
export function createCache(maxBytes: number): LRUCache<SessionId, Stored> {
  return new LRUCache({ maxSize: Math.max(1, maxBytes), maxEntrySize: Math.max(1, maxBytes), sizeCalculation: ({ bytes }) => bytes.length + 256 })
}
