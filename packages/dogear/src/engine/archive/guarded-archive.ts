// The archive as the engine sees it: calls that settle in time, failures that are typed.

import { DogearError, isDogearError } from '../../errors.ts'
import type { Archive } from '../../store/archive.ts'
import { settleWithin } from '../../time.ts'
import { guardStore } from '../guarded-store.ts'

/** `archive` with a deadline per request. Untyped failures become `store_unavailable`. */
export function guardArchive(archive: Archive, deadlineMs: number): Archive {
  const unavailable = (what: string, cause?: unknown): DogearError =>
    new DogearError('store_unavailable', `the ${archive.name} archive ${what}`, { cause, retryAfterMs: 2_000 })

  async function guarded<T>(call: Promise<T>): Promise<T> {
    try {
      return await settleWithin(deadlineMs, call, () => {
        throw unavailable(`did not answer within ${Math.round(deadlineMs)} ms`)
      })
    } catch (error) {
      throw isDogearError(error) ? error : unavailable('failed', error)
    }
  }

  return {
    ...guardStore(archive, deadlineMs),
    put: (...args) => guarded(archive.put(...args)),
    get: (...args) => guarded(archive.get(...args)),
  }
}
