// Runs effects after their commit under a lease: attempts, backoff, timeout, heartbeat; each result is taken as a turn.

import type { Flow } from '../flow/define.ts'
import { toMs } from '../flow/duration.ts'
import { promiseOf } from '../flow/machine.ts'
import { copyOf } from '../plain-data.ts'
import type { SessionId } from '../store/store.ts'
import { anyOf, sleep, within } from '../time.ts'
import type { Holding, Result } from '../turn/effects.ts'
import type { Effect } from '../turn/record.ts'

export type EffectRunner = {
  /** Starts an effect; resolves when its result was handed over, or when that failed. Never rejects. */
  start(flow: Flow, session: SessionId, effect: Effect): Promise<void>
  /** Resolves when no effect of the session runs here any more. */
  idle(session: SessionId): Promise<void>
  /** Waits for what runs, at most `drainMs`; then aborts it and gives up its leases, so that others can go on. */
  close(drainMs: number): Promise<void>
}

export type EffectRunnerOptions = {
  leaseMs: number
  settle: (flow: Flow, session: SessionId, ended: { holding: Holding; result: Result }) => Promise<void>
  /** Renews (`forMs` > 0) or gives up (0) a lease. Resolves to false if it was lost. */
  lease: (flow: Flow, session: SessionId, held: { holding: Holding; forMs: number }) => Promise<boolean>
  onError: (error: unknown) => void
}

const defaults = { attempts: 5, backoffMs: 500, timeoutMs: 30_000 }
const maxBackoffMs = 30_000

export function createEffectRunner({ leaseMs, settle, lease, onError }: EffectRunnerOptions): EffectRunner {
  const running = new Map<SessionId, Set<Promise<void>>>()
  const closing = new AbortController()

  async function run(flow: Flow, session: SessionId, effect: Effect): Promise<void> {
    const lost = new AbortController()
    const { signal, release } = anyOf([closing.signal, lost.signal])
    const beat = setInterval(() => {
      lease(flow, session, { holding: effect, forMs: leaseMs }).then(
        (kept) => kept || lost.abort(new Error('the lease was lost')),
        onError,
      )
    }, leaseMs / 3)
    try {
      const result = await attempts(flow, effect, signal)
      if (result) await settle(flow, session, { holding: effect, result })
      else if (!lost.signal.aborted) await lease(flow, session, { holding: effect, forMs: 0 })
    } catch (error) {
      onError(error)
    } finally {
      clearInterval(beat)
      release()
    }
  }

  async function idle(session: SessionId): Promise<void> {
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
    async close(drainMs) {
      const drained = Promise.all([...running.keys()].map(idle))
      await Promise.race([drained, sleep(drainMs)])
      closing.abort(new Error('the process is stopping'))
      await drained
    },
  }
}

/** Tries until it works or the policy is exhausted; undefined if `signal` ended it, so that somebody else may go on. */
async function attempts(
  flow: Flow,
  { src, input, effectId, attempt }: Effect,
  signal: AbortSignal,
): Promise<Result | undefined> {
  const {
    attempts: limit = defaults.attempts,
    backoff = defaults.backoffMs,
    timeout = defaults.timeoutMs,
  } = flow.effects[src] ?? {}
  const call = promiseOf(flow.machine, src)
  if (!call) return { ok: false, error: new Error(`the actor "${src}" is not there any more`) }
  for (let tries = 0; ; tries++) {
    try {
      const output = await within(toMs(timeout), signal, (ends) =>
        call({ input: copyOf(input), effectId, attempt: attempt + tries, signal: ends }),
      )
      return { ok: true, output }
    } catch (error) {
      if (signal.aborted) return undefined
      if (tries + 1 >= limit || (error as { retryable?: unknown } | null)?.retryable === false)
        return { ok: false, error }
    }
    // Between half and all of a doubling pause: many clients of a recovering provider must not come back together.
    await sleep(Math.min(maxBackoffMs, toMs(backoff) * 2 ** tries) * (0.5 + Math.random() / 2), signal)
    if (signal.aborted) return undefined
  }
}
