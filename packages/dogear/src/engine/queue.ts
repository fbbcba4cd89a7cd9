// One turn at a time per session within this process; across processes the store's compare-and-set decides.

import { DogearError } from '../errors.ts'

/** Turns one session may have waiting before new ones are refused: overload is said, not queued. */
const maxWaiting = 256

export type Queue = {
  /** Runs `task` after those before it on the same key. Rejects with `rate_limited` when too many wait. */
  run<T>(key: string, task: () => Promise<T>): Promise<T>
}

export function createQueue(): Queue {
  const lines = new Map<string, { tail: Promise<unknown>; length: number }>()
  return {
    run(key, task) {
      const line = lines.get(key) ?? { tail: Promise.resolve(), length: 0 }
      if (line.length >= maxWaiting)
        return Promise.reject(
          new DogearError('rate_limited', 'too many requests for this session at once', { retryAfterMs: 1_000 }),
        )
      line.length++
      const result = line.tail.then(task)
      line.tail = result.then(ignore, ignore).then(() => {
        if (--line.length === 0) lines.delete(key)
      })
      lines.set(key, line)
      return result
    },
  }
}

const ignore = () => {}
