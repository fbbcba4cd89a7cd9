// Workers for tests, in a world with one clock.

import { memoryStore } from '../store/memory.ts'
import { type Rig, type Watched, watch } from './harness.fixture.ts'
import { startWorker, type Worker, type WorkerOptions } from './worker.ts'

const workers: Worker[] = []

/** Stops the workers of a test, after it. */
export async function stopWorkers(): Promise<void> {
  await Promise.all(workers.splice(0).map((worker) => worker.stop()))
}

/** Starts a worker of this engine, which reports to it. */
export function work({ engine, errors }: Rig, options: Partial<WorkerOptions> = {}): Worker {
  const worker = startWorker({ engine, idleMs: 2, onError: (error) => errors.push(error), ...options })
  workers.push(worker)
  return worker
}

/** A clock all parts share, which tests move, and a store that notes its calls. */
export function world(): { clock: () => number; store: Watched; pass: (ms: number) => void } {
  let now = Date.UTC(2026, 0, 1)
  const clock = () => now
  return {
    clock,
    store: watch(memoryStore({ clock })),
    pass: (ms) => {
      now += ms
    },
  }
}
