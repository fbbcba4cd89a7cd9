// The port of an archive: a store that lasts, behind one that is fast.

import type { Position } from '../wire.ts'
import type { SessionId, Store, Stored } from './store.ts'

/**
 * A session as the archive keeps it: its record, its due time in milliseconds since the Unix epoch, the time it has
 * left, and the life of the store that it came from (see `Store.lifeOf`).
 */
export type Archived = Stored & { dueAt: number | undefined; ttlMs: number; life: string }

/** A store that can stand behind a faster one, and give back what that one has lost. */
export interface Archive extends Store {
  /**
   * Writes each session unless the archive holds a later position of it, or its tombstone. Those in the way come back,
   * by their ids; a session that is there at the same position is written, or was. On the agenda each comes `graceMs`
   * (0) milliseconds after its due time, as the store in front has it on its own. Rejects if the archive fails: then
   * some may have been written, and to write them again is harmless.
   */
  put(
    sessions: ReadonlyMap<SessionId, Archived>,
    graceMs?: number,
  ): Promise<ReadonlyMap<SessionId, Position | 'removed'>>

  /** A session as it was last put, or as its tombstone; undefined if it never was, or if its time is up. */
  get(id: SessionId): Promise<Archived | 'removed' | undefined>
}
