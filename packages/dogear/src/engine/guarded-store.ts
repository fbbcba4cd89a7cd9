// The store as the engine sees it: calls that settle in time, failures that are typed.

import { DogearError, isDogearError } from '../errors.ts'
import { around } from '../store/around.ts'
import type { Store } from '../store/store.ts'
import { settleWithin } from '../time.ts'

/** `store` with a deadline per request. Untyped failures become `store_unavailable`; a late write may still land. */
export function guardStore(store: Store, deadlineMs: number): Store {
  const unavailable = (what: string, cause?: unknown): DogearError =>
    new DogearError('store_unavailable', `the ${store.name} store ${what}`, { cause, retryAfterMs: 2_000 })
  const { watch } = store
  const guarded = around(store, async (request) => {
    try {
      return await settleWithin(deadlineMs, request(), () => {
        throw unavailable(`did not answer within ${deadlineMs} ms`)
      })
    } catch (error) {
      throw isDogearError(error) ? error : unavailable('failed', error)
    }
  })
  if (!watch) return guarded
  return {
    ...guarded,
    watch(id, callback) {
      try {
        return watch.call(store, id, callback)
      } catch (error) {
        throw unavailable('cannot watch', error)
      }
    },
  }
}
