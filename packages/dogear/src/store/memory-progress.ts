// The progress of effects in the store in memory.

import type { ProgressEntry, SessionId, Store } from './store.ts'

export type Progress = Required<Pick<Store, 'addProgress' | 'progressOf'>>

/** `exists` says if there is a record; `told` is called once an entry was added. `forget` drops all of a session. */
export function memoryProgress(
  clock: () => number,
  { exists, told }: { exists: (id: SessionId) => boolean; told: (id: SessionId) => void },
): Progress & { forget(id: SessionId): void } {
  const kept = new Map<SessionId, { entries: ProgressEntry[]; until: number }>()
  let count = 0

  const living = (id: SessionId): ProgressEntry[] => {
    const found = kept.get(id)
    if (found && found.until > clock()) return found.entries
    kept.delete(id)
    return []
  }

  return {
    async addProgress(id, text, { keep, ttlMs }) {
      if (!exists(id)) return false
      const entries = [...living(id), { at: String(++count).padStart(12, '0'), text }].slice(-keep)
      kept.set(id, { entries, until: clock() + ttlMs })
      told(id)
      return true
    },
    progressOf: async (id, after = '') => living(id).filter(({ at }) => at > after),
    forget: (id) => kept.delete(id),
  }
}
