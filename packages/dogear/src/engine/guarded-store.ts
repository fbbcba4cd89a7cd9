// The store as the engine sees it: every call settles in time, and every failure is `store_unavailable` or typed by the driver.

import { DogearError, isDogearError } from '../errors.ts'
import { around } from '../store/around.ts'
import type { Store } from '../store/store.ts'

const retryAfterMs = 2_000

/** `store`, with a deadline on every request. A timed-out write is unknown, not failed: it may still land. */
export function guardStore(store: Store, deadlineMs: number): Store {
  return around(store, (request) => settleWithin(request(), deadlineMs, store.name))
}

function settleWithin<T>(call: Promise<T>, deadlineMs: number, name: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () =>
        reject(
          new DogearError('store_unavailable', `the ${name} store did not answer within ${deadlineMs} ms`, {
            retryAfterMs,
          }),
        ),
      deadlineMs,
    )
    const done = () => clearTimeout(timer)
    call.then(
      (value) => {
        done()
        resolve(value)
      },
      (cause: unknown) => {
        done()
        reject(
          isDogearError(cause)
            ? cause
            : new DogearError('store_unavailable', `the ${name} store failed`, { cause, retryAfterMs }),
        )
      },
    )
  })
}
