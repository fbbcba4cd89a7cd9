// Runs tries of effects under their leases; each result is taken as a turn.

import { DogearError, type DogearErrorCode } from '../../errors.ts'
import type { Flow } from '../../flow/define.ts'
import { promiseOf } from '../../flow/machine.ts'
import { policyOf } from '../../flow/policy.ts'
import { copyOf } from '../../plain-data.ts'
import type { SessionId } from '../../store/store.ts'
import { sleep, within } from '../../time.ts'
import { isLost, whyOver } from '../../turn/effects.ts'
import { type Effect, positionOf, type Result, type SessionRecord } from '../../turn/record.ts'
import type { Position } from '../../wire.ts'
import { tagOf } from '../access.ts'
import type { Reporter } from '../progress/reporter.ts'
import { type Ending, handOver } from './hand-over.ts'
import { type HandedOver, whyAborted, whyDropped } from './late.ts'
import { createSlots } from './slots.ts'

export type EffectRunner = {
  /**
   * Begins a try of an effect, after a pause if it `follows` one that failed here. `since` is the position of the
   * record that waits for it. Resolves when its result was handed over, with all tries and effects that followed from
   * it, or when that failed. Never rejects.
   */
  start(flow: Flow, session: SessionId, what: Pick<Run, 'effect' | 'follows' | 'since'>): Promise<void>
  /** True if a try of the effect is under way here. */
  has(session: SessionId, effectId: string): boolean
  /** Aborts the tries of a session that its newest record does not wait for any more. */
  keep(session: SessionId, record: SessionRecord): void
  /** True if another effect would have to wait for a slot. */
  readonly full: boolean
  /** True from the call of `close` on: nothing starts any more. */
  readonly closed: boolean
  /** The number of tries under way, or about to be. */
  readonly underWay: number
  /** Resolves when those under way have ended, with all that followed from them. */
  idle(): Promise<unknown>
  /** Waits for tries under way, at most `drainMs`; then aborts them. Those given back can go on elsewhere at once. */
  close(drainMs: number): Promise<void>
}

export type EffectRunnerOptions = {
  leaseMs: number
  /** Tries under way at the same time. */
  concurrency: number
  /** Takes the turn an effect ended with. Resolves, once that is committed, with the end of the effects it started. */
  end: (flow: Flow, session: SessionId, ending: Ending) => Promise<Ended>
  /**
   * Renews the lease. Resolves to why the try is `over`, if it is, and to the position `since` which it is not: that of
   * the record which said so. While the record stays there, it is not loaded again.
   */
  renew: (session: SessionId, effect: Effect, since: Position | undefined) => Promise<Renewed>
  /** Gives the lease up. */
  release: (session: SessionId, effect: Effect) => Promise<unknown>
  /** Takes what an attempt reports, and keeps it for `ttlMs` milliseconds after its last word. */
  reporter: (session: SessionId, effect: Effect, ttlMs: number) => Reporter
  /** Told of a result that nobody waited for any more. */
  onDropped: (flow: Flow, session: SessionId, dropped: { effect: string; why: string }) => void
  now: () => number
  onError: (error: unknown) => void
}

type Ended = { effects: Promise<unknown>; turn?: HandedOver['turn'] }

type Renewed = { since?: Position | undefined; over?: string | undefined }

/** One try. `ended` aborts it, for whatever reason; `stopping` says that the reason is the end of this process. */
type Run = {
  effect: Effect
  follows: boolean
  ended: AbortController
  begun: boolean
  stopping: boolean
  /** The position of the newest record known to wait for it. */
  since: Position | undefined
  promise: Promise<void>
}

const maxBackoffMs = 30_000

export function createEffectRunner(options: EffectRunnerOptions): EffectRunner {
  const { leaseMs, concurrency, onError } = options
  const running = new Map<SessionId, Set<Run>>()
  const slots = createSlots(concurrency)
  let closed = false

  async function run(flow: Flow, session: SessionId, one: Run): Promise<void> {
    const { effect, ended } = one
    const { effectId, attempt } = effect
    const holding = { effectId, attempt }
    let last: Ending['kind'] | undefined
    const failures: unknown[] = []
    const end = (ending: Ending) => {
      last = ending.kind
      return options.end(flow, session, ending).catch((error: unknown) => {
        failures.push(error)
        throw error
      })
    }
    const beat = setInterval(() => {
      options.renew(session, effect, one.since).then(({ since, over }) => {
        one.since = since
        if (over !== undefined) ended.abort(new Error(over))
      }, onError)
    }, leaseMs / 3)
    try {
      if (isLost(effect)) report(flow, session, effect, new Error('its process is gone'))
      const result = effect.result ?? (await attemptOnce(flow, session, one))
      const settled =
        result && (await handOver({ ...options, end, signal: ended.signal }, { kind: 'settle', holding, result }))
      clearInterval(beat)
      const handedOver = { turn: settled?.turn, failures, signal: ended.signal }
      const why = result?.ok ? whyDropped(effect, handedOver) : undefined
      if (why !== undefined) options.onDropped(flow, session, { effect: effect.src, why })
      if (settled && last === 'settle' && !closed) return void (await settled.effects)
      // The lease first, so that a worker that sees the try given back can have it.
      if (settled || !ended.signal.aborted || one.stopping) await options.release(session, effect)
      if (!settled && one.stopping) await end({ kind: 'give-back', holding, begun: one.begun })
    } catch (error) {
      onError(error)
    } finally {
      clearInterval(beat)
    }
  }

  /** Calls the actor, after the pause that a failed try asks for, when there is a slot; undefined if it was aborted. */
  async function attemptOnce(flow: Flow, session: SessionId, one: Run): Promise<Result | undefined> {
    const { src, input, effectId, attempt, failure } = one.effect
    const follows = one.follows && failure !== undefined
    const { signal } = one.ended
    const policy = policyOf(flow, src)
    if (follows) await sleep(pauseAfter(attempt - 1, policy.backoffMs), signal)
    if (!(await slots.take(signal))) return undefined
    let calling: PromiseLike<unknown> | undefined
    const { report: progress, end } = options.reporter(session, one.effect, policy.timeoutMs + leaseMs)
    try {
      const call = promiseOf(flow.machine, src)
      if (!call) return { ok: false, error: new Error(`the actor "${src}" is not there any more`) }
      one.begun = true
      const output = await within(policy.timeoutMs, signal, (ends) => {
        calling = call({ input: copyOf(input), session, effectId, attempt, progress, signal: ends })
        return calling
      })
      return { ok: true, output }
    } catch (error) {
      const why = whyAborted(signal) ?? 'its time was up'
      if (calling)
        Promise.resolve(calling).then(
          () => options.onDropped(flow, session, { effect: src, why }),
          () => {},
        )
      if (signal.aborted) return undefined
      report(flow, session, one.effect, error)
      return { ok: false, error, retryable: isRetryable(error) }
    } finally {
      end()
      slots.give()
    }
  }

  function report(flow: Flow, session: SessionId, { src, attempt }: Effect, cause: unknown): void {
    const of = policyOf(flow, src).attempts
    const message = `attempt ${attempt} of ${of} of effect "${src}" of flow "${flow.id}" failed`
    onError(new DogearError('effect_failed', message, { cause, reference: tagOf(session) }))
  }

  const runs = (): Run[] => [...running.values()].flatMap((those) => [...those])

  const idle = () => Promise.all(runs().map(({ promise }) => promise))

  function stop(one: Run): void {
    one.stopping = true
    one.ended.abort(new Error('the process is stopping'))
  }

  return {
    start(flow, session, what) {
      const one: Run = {
        ...{ ...what, ended: new AbortController(), begun: false, stopping: false },
        promise: Promise.resolve(),
      }
      const those = running.get(session) ?? new Set()
      running.set(session, those.add(one))
      // The turn that asked for it may have been on its way when this process was told to stop.
      if (closed) stop(one)
      one.promise = run(flow, session, one).finally(() => {
        those.delete(one)
        if (those.size === 0 && running.get(session) === those) running.delete(session)
      })
      return one.promise
    },
    has: (session, effectId) => [...(running.get(session) ?? [])].some(({ effect }) => effect.effectId === effectId),
    keep(session, record) {
      for (const one of running.get(session) ?? []) {
        const why = whyOver(record, one.effect)
        if (why === undefined) one.since = positionOf(record)
        else one.ended.abort(new Error(why))
      }
    },
    get full() {
      return slots.full
    },
    get underWay() {
      return runs().length
    },
    idle,
    get closed() {
      return closed
    },
    async close(drainMs) {
      closed = true
      for (const one of runs()) if (!one.begun && !one.effect.result) stop(one)
      const drained = idle()
      await Promise.race([drained, sleep(drainMs)])
      runs().forEach(stop)
      await drained
    },
  }
}

/** An error says that it is final by `retryable: false`; a provider that has other parameters keeps those. */
function isRetryable(error: unknown): boolean {
  const { retryable, code } = Object(error) as { retryable?: unknown; code?: unknown }
  return retryable !== false && code !== ('effect_parameters_changed' satisfies DogearErrorCode)
}

/** Between half and all of a doubling pause: many clients of a recovering provider must not come back together. */
function pauseAfter(failures: number, backoffMs: number): number {
  return Math.min(maxBackoffMs, backoffMs * 2 ** (failures - 1)) * (0.5 + Math.random() / 2)
}
