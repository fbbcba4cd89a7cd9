// A store that can lose its last writes, as Redis does when it is killed before its log is on disk.

import { memoryStore } from './memory.ts'
import type { Entry, SessionId, Store } from './store.ts'

export type Forgetful = Store & {
  /** Takes a session back by a number of commits, and says of every watch that it may have missed some. */
  lose(id: SessionId, commits: number): Promise<void>
}

export function forgetful(inner: Store = memoryStore()): Forgetful {
  const kept = new Map<SessionId, Entry[]>()
  return {
    ...inner,
    async commit(id, expected, entry) {
      const result = await inner.commit(id, expected, entry)
      if (result.committed) kept.set(id, [...(kept.get(id) ?? []), { ...entry, bytes: new Uint8Array(entry.bytes) }])
      return result
    },
    async lose(id, commits) {
      const entries = (kept.get(id) ?? []).slice(0, -commits || undefined)
      kept.set(id, entries)
      const last = entries.at(-1)
      await inner.remove(id, 0)
      if (last) await inner.commit(id, 0, last)
    },
  }
}
