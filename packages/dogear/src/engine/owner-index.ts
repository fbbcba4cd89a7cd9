// The lists of owners' sessions in the store's directory, kept up to date after commits.

import { LRUCache } from 'lru-cache'
import type { Flow } from '../flow/define.ts'
import type { SessionId, Store } from '../store/store.ts'
import type { SessionRecord } from '../turn/record.ts'
import type { StoreClock } from './store-clock.ts'

/** The part of a session that its list entry is made of. */
type Listed = Pick<SessionRecord, 'expiresAt'> & { owner: { id: string } | null }

export type OwnerIndex = {
  /** Lists an owned session, unless this process did so lately. Rejects if the store fails; the next turn retries. */
  file(flow: Flow, id: SessionId, record: Listed): Promise<void>
  /** Takes a session off the list of `owner`. */
  drop(id: SessionId, owner: string): Promise<void>
  /** Resolves once all that was under way is filed, or has failed. */
  idle(): Promise<unknown>
}

/**
 * An entry ends with the day of its session. With the very millisecond, anybody who has a copy of the store could tell
 * which session it is of, although it is sealed.
 */
const endOfDay = (at: number): number => Math.ceil(at / dayMs) * dayMs
const dayMs = 24 * 3_600_000

/** The milliseconds from `now` on for which a session that ends at `expiresAt` stays on the list of its owner. */
export const listedMs = (expiresAt: number, now: number): number => Math.max(1, endOfDay(expiresAt) - now)

/** Sessions whose filing is remembered; one that was forgotten is filed once more. */
const remembered = 10_000

export function createOwnerIndex({
  store,
  clock,
}: {
  store: Pick<Store, 'directory'>
  clock: Pick<StoreClock, 'now'>
}): OwnerIndex {
  // Bounded by size: `max` would take the memory of all of them at once, where a process starts.
  const filed = new LRUCache<SessionId, { owner: string; expiresAt: number; done: Promise<void> }>({
    maxSize: remembered,
    sizeCalculation: () => 1,
  })
  const filing = new Set<Promise<void>>()
  return {
    idle: () => Promise.allSettled(filing),
    async file(flow, id, { owner, expiresAt }) {
      if (!owner) return
      const last = filed.get(id)
      const lately = last?.owner === owner.id && expiresAt - last.expiresAt <= flow.lifetime.idleMs / 10
      if (lately) return last.done
      const done = store.directory.add(owner.id, id, listedMs(expiresAt, clock.now()))
      filed.set(id, { owner: owner.id, expiresAt, done })
      filing.add(done)
      try {
        await done
      } catch (error) {
        if (filed.peek(id)?.done === done) filed.delete(id)
        throw error
      } finally {
        filing.delete(done)
      }
    },
    drop(id, owner) {
      filed.delete(id)
      return store.directory.drop(owner, id)
    },
  }
}
