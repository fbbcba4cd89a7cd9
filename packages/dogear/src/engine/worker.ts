// The worker: one loop over the store's agenda that wakes every session that is due.

import { sleep } from '../time.ts'
import type { Engine } from './contract.ts'
import { quiet } from './foreign.ts'

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

export interface Worker {
  /** The number of sessions woken since the start. */
  readonly woken: number
  /** Claims nothing more. Resolves when the claimed sessions are done. The owner of the engine closes it. */
  stop(): Promise<void>
}

const maxPauseMs = 30_000

/**
 * Starts a worker. Any number of them, in any number of processes, share an agenda without knowing of each other. A
 * claim is a lease and a turn a compare-and-set: a worker that dies or stalls costs time, never a second firing.
 */
export function startWorker({
  engine,
  concurrency = 32,
  leaseMs = 15_000,
  idleMs = 500,
  onError: listener = () => {},
}: WorkerOptions): Worker {
  const onError = quiet(listener)
  const stopping = new AbortController()
  const waking = new Set<Promise<void>>()
  let woken = 0

  function wake({ id, dueAt }: { id: string; dueAt: number }): void {
    const one = engine
      .wake(id, dueAt)
      .then(() => void woken++, onError)
      .finally(() => waking.delete(one))
    waking.add(one)
  }

  async function loop(): Promise<void> {
    let failures = 0
    while (!stopping.signal.aborted) {
      try {
        const due = await engine.store.claimDue(concurrency - waking.size, leaseMs)
        failures = 0
        due.forEach(wake)
        // A look at the agenda costs the same for one session as for many, so wait until there is room for many.
        while (waking.size > concurrency / 2) await Promise.race(waking)
        if (due.length === 0) await sleep(idleMs * (0.75 + Math.random() / 2), stopping.signal)
      } catch (error) {
        onError(error)
        await sleep(Math.min(maxPauseMs, idleMs * 2 ** ++failures) * (0.5 + Math.random() / 2), stopping.signal)
      }
    }
    await Promise.all(waking)
  }

  const looping = loop()
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
