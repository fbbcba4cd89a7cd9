// The store as the engine sees it: every call settles in time, and every failure is `store_unavailable` or typed by the driver.

import { DogearError, isDogearError } from '../errors.ts'
import type { Store } from '../store/store.ts'
import { settleWithin } from '../time.ts'

const retryAfterMs = 2_000

/** `store`, with a deadline on every call. A timed-out write is unknown, not failed: it may still land. */
export function guardStore(store: Store, deadlineMs: number): Store {
  const guard = <T>(call: Promise<T>): Promise<T> => guarded(call, deadlineMs, store.name)
  const { directory, watch } = store
  return {
    name: store.name,
    read: (id, known) => guard(store.read(id, known)),
    commit: (id, expected, entry) => guard(store.commit(id, expected, entry)),
    remove: (id, tombstoneMs) => guard(store.remove(id, tombstoneMs)),
    claimDue: (limit, leaseMs) => guard(store.claimDue(limit, leaseMs)),
    now: () => guard(store.now()),
    directory: {
      add: (owner, id, ttlMs) => guard(directory.add(owner, id, ttlMs)),
      list: (owner, limit) => guard(directory.list(owner, limit)),
      drop: (owner, id) => guard(directory.drop(owner, id)),
      putCode: (code, value, ttlMs) => guard(directory.putCode(code, value, ttlMs)),
      tryCode: (code, maxTries) => guard(directory.tryCode(code, maxTries)),
      dropCode: (code) => guard(directory.dropCode(code)),
    },
    // Neither is waited for by a request: a scan goes on for as long as it takes, and a watch never ends by itself.
    scan: (cursor, limit) => store.scan(cursor, limit),
    ...(watch ? { watch: (id, listener) => watch.call(store, id, listener) } : {}),
  }
}

async function guarded<T>(call: Promise<T>, deadlineMs: number, name: string): Promise<T> {
  try {
    return await settleWithin(deadlineMs, call, () => {
      const late = `the ${name} store did not answer within ${deadlineMs} ms`
      throw new DogearError('store_unavailable', late, { retryAfterMs })
    })
  } catch (cause) {
    if (isDogearError(cause)) throw cause
    throw new DogearError('store_unavailable', `the ${name} store failed`, { cause, retryAfterMs })
  }
}
