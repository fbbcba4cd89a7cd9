// The worker: a loop over the store's agenda that wakes every session that is due.

import { isBuilding } from '../environment.ts'
import type { Due, Order } from '../store/store.ts'
import { settleWithin, sleep } from '../time.ts'
import { aCount, aFunction, aNumber, having, optional, problemsOf, refuseWiring } from '../wiring.ts'
import { keepArchiving } from './archive/archiving.ts'
import type { Engine } from './contract.ts'
import { quiet } from './foreign.ts'
import { reportTo } from './log/log.ts'
import { createUnserved } from './unserved.ts'

/** The options of `startWorker`. Any number of workers may run, in any processes. */
export type WorkerOptions = {
  engine: Engine
  /** Sessions woken at the same time (32). */
  concurrency?: number
  /** How long a claimed session is hidden from other workers, in milliseconds (15,000). */
  leaseMs?: number
  /** Pause after an empty agenda, in milliseconds (500). On a quiet system a timer fires at most this late. */
  idleMs?: number
  onError?: (error: unknown) => unknown
}

/** A worker that runs, from `startWorker`. */
export interface Worker {
  /** The number of sessions woken since the start. */
  readonly woken: number
  /**
   * Claims nothing more; a claim that is under way is given back. Resolves when the claimed sessions are done. The
   * owner of the engine closes it.
   */
  stop(): Promise<void>
}

const maxPauseMs = 30_000
const mostGiveBackMs = 1_000

const checks = {
  engine: having('an engine, as createEngine makes it', ['wake', 'now'], ['store']),
  concurrency: optional(aCount(1)),
  leaseMs: optional(aNumber(1)),
  idleMs: optional(aNumber(0)),
  onError: optional(aFunction),
}

const idle: Worker = { woken: 0, stop: async () => {} }
const built =
  'startWorker does nothing while Next builds: a build has the credentials of production, and would fire real ' +
  'timers. Start the worker in instrumentation.ts, which Next runs once per server and not in a build.'

/**
 * Starts a worker. Any number of them, in any number of processes, share an agenda without knowing of each other. A
 * claim is a lease and a turn a compare-and-set: a worker that dies or stalls costs time, never a second firing.
 *
 * While `next build` evaluates the caller's module, it does nothing and reports so. Throws `TypeError` for options that
 * cannot work.
 */
export function startWorker(options: WorkerOptions): Worker {
  refuseWiring('startWorker was given what cannot work', problemsOf(options, checks))
  const { engine, concurrency = 32, leaseMs = 15_000, idleMs = 500 } = options
  const onError = reportTo(options.engine.log, quiet(options.onError ?? (() => {})))
  if (isBuilding()) {
    onError(new Error(built))
    return idle
  }
  const stopping = new AbortController()
  const stopped = new Promise<readonly Due[]>((resolve) =>
    stopping.signal.addEventListener('abort', () => resolve([]), { once: true }),
  )
  const unserved = createUnserved({ now: engine.now, giveBack, leaseMs, idleMs, onError })
  const waking = new Set<Promise<void>>()
  let woken = 0
  let order: Order = 'earliest'

  /** A claim that cannot be given back in time ends with its lease. */
  async function giveBack({ id, leaseUntil }: Due, at: number): Promise<void> {
    try {
      await settleWithin(mostGiveBackMs, engine.store.defer(id, at, leaseUntil), () => false)
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
        (error: unknown) => unserved.refused(due, error),
      )
      .finally(() => waking.delete(one))
    waking.add(one)
  }

  /** Claims as many sessions as there is room for. Does not wait for the store once the worker is to stop. */
  async function claim(): Promise<readonly Due[]> {
    const { store } = engine
    const passedOver = unserved.passedOver()
    // Sessions that nobody serves pile up at the early end. They must not keep the worker from what falls due now.
    order = passedOver.size > 0 && order === 'earliest' ? 'latest' : 'earliest'
    const claimed = store.claimDue(concurrency - waking.size, leaseMs, passedOver, order)
    const late = (): never => {
      throw new Error(`the ${store.name} store did not answer within ${leaseMs} ms`)
    }
    const due = await settleWithin(leaseMs, Promise.race([claimed, stopped]), late)
    if (!stopping.signal.aborted) return due
    claimed.then((those) => those.map((due) => giveBack(due, due.leaseUntil - leaseMs))).catch(onError)
    return []
  }

  async function loop(): Promise<void> {
    let failures = 0
    while (!stopping.signal.aborted) {
      try {
        const due = await claim()
        failures = 0
        due.forEach(wake)
        // A look at the agenda costs the same for one session as for many, so wait until there is room for many.
        while (waking.size > concurrency / 2) await Promise.race(waking)
        // A store in memory answers at once, and would leave the process no room for anything else.
        if (due.length > 0) await sleep(0, stopping.signal)
        else await sleep(idleMs * (0.75 + Math.random() / 2), stopping.signal)
      } catch (error) {
        onError(error)
        await sleep(Math.min(maxPauseMs, idleMs * 2 ** ++failures) * (0.5 + Math.random() / 2), stopping.signal)
      }
    }
    await Promise.all(waking)
  }

  const { archiver } = engine
  const looping = Promise.all([loop(), archiver && keepArchiving(archiver, { signal: stopping.signal, onError })])
  return {
    get woken() {
      return woken
    },
    async stop() {
      stopping.abort()
      await looping
    },
  }
}
