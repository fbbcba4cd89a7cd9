// Claims of sessions that are due, each with the wake that ends it.

import type { Due, Order } from '../../store/store.ts'
import { settleWithin } from '../../time.ts'
import type { Engine } from '../contract.ts'
import { createUnserved } from '../unserved.ts'

export type Waking = {
  /**
   * Claims as many sessions as there is room for, at most `limit`, and wakes them. Resolves to their number; once the
   * signal aborts, to 0 at once. Rejects if the store fails, or has no answer within the lease.
   */
  claim(limit?: number): Promise<number>
  /** Resolves when half of the room is free: a look at the agenda costs the same for one session as for many. */
  room(): Promise<void>
  /** Resolves when every session that was claimed is done. */
  done(): Promise<void>
  /** Gives back what is not done, within a second. A turn under way goes on; a claim that comes yet is given back. */
  abandon(): Promise<void>
  /** The number of sessions woken since the start. */
  readonly woken: number
  /** The number of those that could not be served. */
  readonly failed: number
}

export type WakingOptions = {
  engine: Pick<Engine, 'store' | 'wake' | 'now'>
  /** Sessions woken at the same time. */
  concurrency: number
  /** How long a claim hides a session from others, in milliseconds. */
  leaseMs: number
  /** A session that cannot be served is passed over for three times as long at first. */
  idleMs: number
  /** Nothing is claimed once it aborts. */
  signal: AbortSignal
  onError: (error: unknown) => void
}

const mostGiveBackMs = 1_000

export function createWaking({ engine, concurrency, leaseMs, idleMs, signal, onError }: WakingOptions): Waking {
  const { store, now } = engine
  const stopped = new Promise<number>((resolve) => signal.addEventListener('abort', () => resolve(0)))
  const unserved = createUnserved({ now, giveBack, leaseMs, idleMs, onError })
  const waking = new Map<Due, Promise<void>>()
  let late: Promise<unknown> = Promise.resolve()
  let order: Order = 'earliest'
  let [woken, failed] = [0, 0]

  /** A claim that cannot be given back in time ends with its lease. */
  async function giveBack({ id, leaseUntil }: Due, at: number): Promise<void> {
    try {
      await settleWithin(mostGiveBackMs, store.defer(id, at, leaseUntil), () => false)
    } catch (error) {
      onError(error)
    }
  }

  function wake(due: Due): void {
    const one = engine
      .wake(due.id, due.dueAt, due.stored)
      .then(
        async (again) => {
          woken++
          // The claim would hide the session, and a timer that falls due meanwhile, until it ends.
          if (again !== undefined) await giveBack(due, again)
        },
        (error: unknown) => {
          failed++
          return unserved.refused(due, error)
        },
      )
      .finally(() => waking.delete(due))
    waking.set(due, one)
  }

  const atOnce = (due: Due): Promise<void> => giveBack(due, due.leaseUntil - leaseMs)

  return {
    async claim(limit = Number.POSITIVE_INFINITY) {
      if (signal.aborted) return 0
      const passedOver = unserved.passedOver()
      // Sessions that nobody serves pile up at the early end. They must not keep the worker from what falls due now.
      order = passedOver.size > 0 && order === 'earliest' ? 'latest' : 'earliest'
      let isLate = false
      const claiming = store
        .claimDue(Math.min(limit, concurrency - waking.size), leaseMs, passedOver, order)
        .then(async (due) => {
          if (!signal.aborted && !isLate) due.forEach(wake)
          else await Promise.all(due.map(atOnce))
          return due.length
        })
      late = claiming.catch((error: unknown) => {
        if (signal.aborted || isLate) onError(error)
      })
      // The store is not waited for once nothing more is to be claimed.
      return settleWithin(leaseMs, Promise.race([claiming, stopped]), () => {
        isLate = true
        throw new Error(`the ${store.name} store did not answer within ${leaseMs} ms`)
      })
    },
    async room() {
      while (waking.size > concurrency / 2) await Promise.race(waking.values())
    },
    async done() {
      await Promise.all(waking.values())
    },
    async abandon() {
      await settleWithin<unknown>(mostGiveBackMs, Promise.all([late, ...[...waking.keys()].map(atOnce)]), () => {})
    },
    get woken() {
      return woken
    },
    get failed() {
      return failed
    },
  }
}
