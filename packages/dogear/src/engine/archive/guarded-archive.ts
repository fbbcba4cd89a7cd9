// The archive as the engine sees it: calls that settle in time, failures that are typed.

import type { Archive } from '../../store/archive.ts'
import { guardStore } from '../guarded-store.ts'

/** `archive` under the guard of every store. */
export function guardArchive(archive: Archive, deadlineMs: number): Archive {
  const store = guardStore(archive, deadlineMs)
  return {
    ...store,
    put: (...args) => store.guarded(() => archive.put(...args)),
    get: (...args) => store.guarded(() => archive.get(...args)),
  }
}
