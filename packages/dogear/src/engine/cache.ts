// The record cache: the last state of each session known to this process, so that a hot turn needs no read or decode.

import { LRUCache } from 'lru-cache'
import type { SessionId, Stored } from '../store/store.ts'
import type { Opened } from '../turn/advance.ts'

/** A record with its live state, if the last turn on it was committed here; else the bytes that the store holds. */
export type Cached = Stored | Opened

export type Cache = {
  /** For reading only: XState may change a context in place, so no turn may start from a record that stays. */
  get(id: SessionId): Readonly<Cached> | undefined
  /**
   * Returns the entry, and forgets a record with a live state. XState may have changed its context in place, so after a
   * failure read the store.
   */
  take(id: SessionId): Cached | undefined
  set(id: SessionId, cached: Cached): void
  delete(id: SessionId): void
}

/** Of an entry besides its bytes; of one with a live state besides the data of its record. */
const entryBytes = 1_152
const liveBytes = 3_840
/** A receipt, a turn of the trail, a timer, a device … */
const itemBytes = 144
/** A heap is never packed without gaps. */
const spread = 1.08

/** The memory an entry takes at most, in bytes: cache-memory.test.ts measures it. */
function sizeOf(cached: Cached): number {
  if ('bytes' in cached) return spread * (entryBytes + cached.bytes.length)
  const { receipts, trail, visited, timers, devices, ended, handoffs, snapshot, drafts, entries, effects } =
    cached.record
  const lists = receipts.length + trail.length + visited.length + timers.length
  const items = lists + devices.length + ended.length + handoffs.length
  const data = heapBytes(snapshot.context) + heapBytes(drafts) + heapBytes(entries) + heapBytes(effects)
  return spread * (liveBytes + items * itemBytes + data)
}

/** The heap that plain data takes, in bytes, as V8 lays it out on a machine of 64 bits. A turn pays for every step. */
function heapBytes(part: unknown): number {
  if (typeof part === 'number') return (part | 0) === part ? 8 : 24
  // Two bytes for each character, if there is one beyond Latin.
  if (typeof part === 'string') return 32 + 2 * part.length
  if (typeof part === 'bigint') return 40
  if (typeof part !== 'object' || part === null) return 8
  if (Array.isArray(part)) return listBytes(part)
  if (part instanceof Date) return 112
  if (part instanceof Uint8Array) return 320 + part.length
  if (part instanceof Map) return 256 + 64 * part.size + listBytes([...part.keys()]) + listBytes([...part.values()])
  if (part instanceof Set) return 256 + 64 * part.size + listBytes([...part])
  return membersBytes(part as Record<string, unknown>)
}

function listBytes(list: readonly unknown[]): number {
  let sum = 80
  for (let index = 0; index < list.length; index++) sum += heapBytes(list[index])
  return sum
}

function membersBytes(part: Record<string, unknown>): number {
  let [members, sum] = [0, 152]
  for (const name in part) {
    members++
    sum += heapBytes(part[name])
  }
  // Many members have names out of the data, such as ids, which take room of their own.
  return sum + members * (members > 16 ? 128 : 48)
}

/** At most about `maxBytes` of memory. */
export function createCache(maxBytes: number): Cache {
  const limit = Math.max(1, maxBytes)
  const sessions = new LRUCache<SessionId, Cached>({
    maxSize: limit,
    maxEntrySize: limit,
    sizeCalculation: (cached) => Math.ceil(sizeOf(cached)),
  })
  return {
    get: (id) => sessions.get(id),
    take(id) {
      const taken = sessions.get(id)
      if (taken && 'live' in taken) sessions.delete(id)
      return taken
    },
    set: (id, cached) => void sessions.set(id, cached),
    delete: (id) => void sessions.delete(id),
  }
}
