// The store as the engine sees it: calls that settle in time, failures that are typed.

import { DogearError, isDogearError } from '../errors.ts'
import { around } from '../store/around.ts'
import type { Found, SessionId, Store } from '../store/store.ts'
import { settleWithin } from '../time.ts'

export type GuardedStore = Store & {
  /** Reads a session after a commit of it failed. Both together settle within the deadline of one request. */
  readAfterFailure(id: SessionId): Promise<Found>
  /**
   * Settles as `calls` do, which may be many, of the store and of others; within the deadline of one. A call under way
   * then goes on, but `isLate` says that nobody waits for it.
   */
  together<T>(calls: (isLate: () => boolean) => Promise<T>): Promise<T>
  /** Makes one more request to the same service, under the same guard. */
  guarded<T>(request: () => Promise<T>): Promise<T>
}

const commitShare = 2 / 3

type Methods = Record<string, (...args: never[]) => Promise<unknown>>

/** `methods` of which every call settles within the deadline of one request, whatever it asks of the store. */
export function settling<M extends Methods>(store: GuardedStore, methods: M): M {
  const settles = ([name, call]: [string, Methods[string]]): [string, Methods[string]] => [
    name,
    (...args) => store.together(() => call(...args)),
  ]
  return Object.fromEntries(Object.entries(methods).map(settles)) as M
}

/** `store` with a deadline per request. Untyped failures become `store_unavailable`; a late write may still land. */
export function guardStore(store: Store, deadlineMs: number): GuardedStore {
  const unavailable = (what: string, cause?: unknown): DogearError =>
    new DogearError('store_unavailable', `the ${store.name} store ${what}`, { cause, retryAfterMs: 2_000 })

  const toError = (error: unknown) => (isDogearError(error) ? error : unavailable('failed', error))
  const late = (ms: number): never => {
    throw unavailable(`did not answer within ${Math.round(ms)} ms`)
  }

  function guarded<T>(ms: number, request: () => Promise<T>): Promise<T> {
    try {
      return settleWithin(ms, request(), () => late(ms), { toError })
    } catch (error) {
      return Promise.reject(toError(error))
    }
  }

  const { watch } = store
  return {
    ...around(store, (request, name) => guarded(name === 'commit' ? deadlineMs * commitShare : deadlineMs, request)),
    ...(watch && {
      watch(id, listener) {
        try {
          return watch.call(store, id, listener)
        } catch (error) {
          throw unavailable('cannot watch', error)
        }
      },
    }),
    guarded: (request) => guarded(deadlineMs, request),
    together(calls) {
      let isLate = false
      return settleWithin(
        deadlineMs,
        calls(() => isLate),
        () => {
          isLate = true
          return late(deadlineMs)
        },
      )
    },
    async readAfterFailure(id) {
      const found = await guarded(deadlineMs * (1 - commitShare), () => store.read(id))
      return found === 'unchanged' ? undefined : found
    },
  }
}
