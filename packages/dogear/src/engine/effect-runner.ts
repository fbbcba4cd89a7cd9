// Runs effects after their commit: attempts, backoff, timeout; hands each result back to be taken as a turn.

import type { Flow } from '../flow/define.ts'
import { toMs } from '../flow/duration.ts'
import { promiseOf } from '../flow/machine.ts'
import type { SessionId } from '../store/store.ts'
import type { Result } from '../turn/effects.ts'
import type { Effect } from '../turn/record.ts'

export type EffectRunner = {
  /** Starts an effect; resolves when its result was handed over, or when handing it over failed. Never rejects. */
  start(flow: Flow, session: SessionId, effect: Effect): Promise<void>
  /** Resolves when no effect of the session runs here any more. */
  idle(session: SessionId): Promise<void>
  /** Aborts what runs and waits for it. Unfinished effects stay pending in their records. */
  close(): Promise<void>
}

export type EffectRunnerOptions = {
  settle: (flow: Flow, session: SessionId, ended: { id: string; generation: number; result: Result }) => Promise<void>
  onError: (error: unknown) => void
}

const defaults = { attempts: 5, backoffMs: 500, timeoutMs: 30_000 }

export function createEffectRunner({ settle, onError }: EffectRunnerOptions): EffectRunner {
  const running = new Map<SessionId, Set<Promise<void>>>()
  const closing = new AbortController()

  const run = async (flow: Flow, session: SessionId, effect: Effect): Promise<void> => {
    try {
      const result = await attempts(flow, effect, closing.signal)
      if (!closing.signal.aborted) await settle(flow, session, { id: effect.id, generation: effect.generation, result })
    } catch (error) {
      onError(error)
    }
  }
  const idle = async (session: SessionId): Promise<void> => {
    // A result may start the next effect, so look again until there is none.
    while (running.has(session)) await Promise.all(running.get(session) ?? [])
  }
  return {
    start(flow, session, effect) {
      const promise = run(flow, session, effect).finally(() => {
        const left = running.get(session)
        left?.delete(promise)
        if (left?.size === 0) running.delete(session)
      })
      running.set(session, (running.get(session) ?? new Set()).add(promise))
      return promise
    },
    idle,
    async close() {
      closing.abort()
      await Promise.all([...running.keys()].map(idle))
    },
  }
}

async function attempts(flow: Flow, effect: Effect, closing: AbortSignal): Promise<Result> {
  const policy = flow.effects[effect.src] ?? {}
  const limit = policy.attempts ?? defaults.attempts
  const backoffMs = policy.backoff === undefined ? defaults.backoffMs : toMs(policy.backoff)
  const timeoutMs = policy.timeout === undefined ? defaults.timeoutMs : toMs(policy.timeout)
  const call = promiseOf(flow.machine, effect.src)
  if (!call) return { ok: false, error: new Error(`the actor "${effect.src}" is not there any more`) }
  for (let attempt = effect.attempt; ; attempt++) {
    try {
      const output = await within(timeoutMs, closing, (signal) => call({ input: effect.input, effectId: effect.effectId, attempt, signal }))
      return { ok: true, output }
    } catch (error) {
      if (attempt >= limit || closing.aborted || (error as { retryable?: unknown } | null)?.retryable === false) return { ok: false, error }
    }
    await sleep(backoffMs * 2 ** (attempt - 1) * (0.5 + Math.random() / 2), closing)
  }
}

/** Runs `call` with a signal that aborts after `timeoutMs`; settles then even if the call does not listen. */
async function within<T>(timeoutMs: number, closing: AbortSignal, call: (signal: AbortSignal) => PromiseLike<T>): Promise<T> {
  const signal = AbortSignal.any([AbortSignal.timeout(timeoutMs), closing])
  let stop = () => {}
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason)
    signal.addEventListener('abort', stop, { once: true })
  })
  try {
    return await Promise.race([call(signal), aborted])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done, { once: true })
    function done() {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
  })
}
