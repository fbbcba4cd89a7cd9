// The worker: a loop over the store's agenda that wakes every session that is due.

import { isBuilding } from '../environment.ts'
import { sleep } from '../time.ts'
import { aCount, aFunction, aNumber, having, optional, problemsOf, refuseWiring } from '../wiring.ts'
import { createWaking } from './agenda/waking.ts'
import { keepArchiving } from './archive/archiving.ts'
import type { Engine } from './contract.ts'
import { quiet } from './foreign.ts'
import { reportTo } from './log/log.ts'

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
  const waking = createWaking({ engine, concurrency, leaseMs, idleMs, signal: stopping.signal, onError })

  async function loop(): Promise<void> {
    let failures = 0
    while (!stopping.signal.aborted) {
      try {
        const claimed = await waking.claim()
        failures = 0
        await waking.room()
        // A store in memory answers at once, and would leave the process no room for anything else.
        if (claimed > 0) await sleep(0, stopping.signal)
        else await sleep(idleMs * (0.75 + Math.random() / 2), stopping.signal)
      } catch (error) {
        onError(error)
        await sleep(Math.min(maxPauseMs, idleMs * 2 ** ++failures) * (0.5 + Math.random() / 2), stopping.signal)
      }
    }
    await waking.done()
  }

  const { archiver } = engine
  const looping = Promise.all([loop(), archiver && keepArchiving(archiver, { signal: stopping.signal, onError })])
  return {
    get woken() {
      return waking.woken
    },
    async stop() {
      stopping.abort()
      await looping
    },
  }
}
