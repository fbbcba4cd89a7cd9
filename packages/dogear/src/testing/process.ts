// One process of a test: an engine on a store that others share, which can die at a named point.

import type { Engine, EngineOptions } from '../engine/contract.ts'
import { createEngine } from '../engine/engine.ts'
import { DogearError } from '../errors.ts'
import { around } from '../store/around.ts'
import type { CommitResult, Store } from '../store/store.ts'

/**
 * The moment at which a process dies: a commit is not written; it is written, and nobody hears of it; an actor was
 * called, and has not answered; its answer is there, and not committed.
 */
export type CrashPoint = 'before-commit' | 'after-commit' | 'mid-effect' | 'after-effect'

export type Process = {
  readonly engine: Engine
  readonly dead: boolean
  /** `call`, or a rejection as soon as the process dies: nobody hears of an answer then. */
  outlived<T>(call: Promise<T>): Promise<T>
  /** Ends all that goes on in it, without another word to the store. */
  kill(): void
}

export type ProcessOptions = Omit<EngineOptions, 'onError'> & {
  /** Called at every point; true kills the process there. */
  hit: (point: CrashPoint) => boolean
  onError: (error: unknown) => void
}

const holdMs = 60_000

const gone = (): DogearError =>
  new DogearError('store_unavailable', 'the process died; the same request again finds out what it did', {
    retryAfterMs: 0,
  })

export function createProcess({ hit, onError, ...options }: ProcessOptions): Process & { at(point: CrashPoint): void } {
  let dead = false
  let die: (error: DogearError) => void = () => {}
  const death = new Promise<never>((_, reject) => {
    die = reject
  })
  death.catch(() => {})

  function kill(): void {
    if (dead) return
    dead = true
    die(gone())
    engine.close(0).catch(() => {})
  }

  /** Goes on, or dies here. */
  function at(point: CrashPoint): void {
    if (!dead && hit(point)) kill()
    if (dead) throw gone()
  }

  const store: Store = around(options.store, async (request, name) => {
    if (dead) throw gone()
    if (name === 'commit') at('before-commit')
    const answer = await request()
    if (name === 'commit' && (answer as CommitResult).committed) at('after-commit')
    if (dead) throw gone()
    return answer
  })
  const engine = createEngine({
    ...options,
    store,
    onError: (error) => {
      if (!dead) onError(error)
    },
  })
  return {
    engine,
    at,
    kill,
    get dead() {
      return dead
    },
    async outlived(call) {
      // The engine waits with timers that hold no process, and a test has nothing else that does.
      const hold = setInterval(() => {}, holdMs)
      try {
        return await Promise.race([death, call])
      } finally {
        clearInterval(hold)
      }
    },
  }
}
