// Calls that must not overlap within this process: run one after the other, or merged into one run.

import { DogearError } from '../errors.ts'

/** Turns one session may have waiting; under overload, further ones are refused instead of queued. */
const maxWaiting = 256

/** One turn at a time per session; across processes the store's compare-and-set decides. */
export type Queue = {
  /** Runs `task` after those before it on the same key. Rejects with `rate_limited` when too many wait. */
  run<T>(key: string, task: () => Promise<T>): Promise<T>
}

export function createQueue(): Queue {
  const lines = new Map<string, { tail: Promise<unknown> | undefined; length: number }>()
  return {
    run(key, task) {
      const line = lines.get(key) ?? { tail: undefined, length: 0 }
      if (line.length >= maxWaiting)
        return Promise.reject(
          new DogearError('rate_limited', 'too many requests for this session at once', { retryAfterMs: 1_000 }),
        )
      const result = line.tail ? line.tail.then(task, task) : task()
      line.tail = result
      line.length++
      lines.set(key, line)
      const leave = () => {
        if (--line.length > 0) return
        // A map may keep its old tables for a while, with the lines in them: the last turn must not stay with these.
        line.tail = undefined
        lines.delete(key)
      }
      result.then(leave, leave)
      return result
    },
  }
}

/**
 * `run`, at most once at a time. Calls during a run share one further run and settle with it, so that every caller gets
 * a run that began after its call. A run that fails rejects all calls that wait for it.
 */
export function coalesced(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  let again = false

  async function runAll(): Promise<void> {
    try {
      do {
        again = false
        await run()
      } while (again)
    } finally {
      running = undefined
    }
  }

  return () => {
    if (running) again = true
    // Start in a microtask, so that `running` is set before the run can finish.
    else running = Promise.resolve().then(runAll)
    return running
  }
}
