// The store's clock, as this process knows it: deadlines must not depend on the wall clock of any one machine.

import type { Store } from '../store/store.ts'

export type StoreClock = {
  /** Milliseconds since the Unix epoch, by the store's clock as far as it is known. */
  now(): number
  /** Asks the store once; later calls cost nothing. Rejects if the store fails, and the next call asks again. */
  sync(): Promise<void>
  /** This process's own clock. */
  local(): number
  /** Learns from a reply that said `storeNow` to a request sent at `sentAt` by the local clock. */
  learn(storeNow: number, sentAt: number): void
}

/** `local` is this process's own clock. The reply that took the shortest time is trusted, until one contradicts it. */
export function createStoreClock(store: Store, local: () => number): StoreClock {
  let offset = 0
  let error = Number.POSITIVE_INFINITY
  let syncing: Promise<void> | undefined

  const learn = (storeNow: number, sentAt: number) => {
    const receivedAt = local()
    const doubt = Math.max(0, receivedAt - sentAt) / 2 + 1
    const measured = storeNow - (sentAt + receivedAt) / 2
    if (doubt > error && Math.abs(measured - offset) <= doubt + error) return
    offset = Math.round(measured)
    error = doubt
  }
  const ask = async () => {
    const sentAt = local()
    learn(await store.now(), sentAt)
  }
  return {
    now: () => local() + offset,
    local,
    learn,
    sync() {
      syncing ??= ask().catch((cause: unknown) => {
        syncing = undefined
        throw cause
      })
      return syncing
    },
  }
}
