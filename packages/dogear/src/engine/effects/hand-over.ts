// Hands the result of an effect over to its session, whatever stands in the way: the actor is not called for it again.

import { DogearError, isDogearError } from '../../errors.ts'
import { sleep } from '../../time.ts'
import type { Result } from '../../turn/record.ts'
import type { Intent } from '../run-turn.ts'

type Settling = Extract<Intent, { kind: 'settle' | 'set-aside' }>

/** The turn that ends a try: its result, one the machine could not take, or the try given back. */
export type Ending = Settling | Extract<Intent, { kind: 'give-back' }>

type HandOver<T> = {
  end: (ending: Ending) => Promise<T>
  now: () => number
  onError: (error: unknown) => void
  /** Aborts if this process stops, or if nobody waits for the result any more. */
  signal: AbortSignal
}

/** How long a result that the machine failed to take rests before it is offered again. */
const restMs = 15 * 60_000
const maxPauseMs = 30_000

/**
 * Takes the turn of `first`, which settles an effect. Another one follows a commit that failed in passing; one with an
 * error in place of a result that cannot be stored; one that sets the result aside if the machine threw over it, or if
 * a process of a newer version went on with the session meanwhile.
 *
 * Every failure is reported. Resolves to undefined if the result could not be handed over at all.
 */
export async function handOver<T>({ end, now, onError, signal }: HandOver<T>, first: Settling): Promise<T | undefined> {
  let next: Settling | undefined = first
  for (let failures = 0; next && !signal.aborted; failures++) {
    try {
      return await end(next)
    } catch (error) {
      if (codeOf(error) === 'session_gone') return undefined
      onError(error)
      const other = afterFailure(next, error, now())
      if (other === next) await sleep(Math.min(maxPauseMs, 100 * 2 ** failures) * (0.5 + Math.random() / 2), signal)
      next = other
    }
  }
  return undefined
}

const passing: ReadonlySet<string> = new Set(['store_unavailable', 'conflict', 'rate_limited'])
const unkeepable: ReadonlySet<string> = new Set(['not_serializable', 'too_large'])
const untaken: ReadonlySet<string> = new Set(['flow_failed', 'record_unreadable', ...unkeepable])

/** A result over which something else than the flow fails, such as a getter that throws, cannot be kept either. */
const codeOf = (error: unknown): string => (isDogearError(error) ? error.code : 'not_serializable')

/** The turn to take after `failed` was not; `failed` itself to try it again, undefined to give up. */
export function afterFailure(failed: Settling, error: unknown, now: number): Settling | undefined {
  const code = codeOf(error)
  if (passing.has(code)) return failed
  const { holding, result } = failed
  const isOurs = !result.ok && isDogearError(result.error)
  if (unkeepable.has(code) && !isOurs) return { ...failed, result: toFailure(error) }
  if (failed.kind === 'set-aside') return undefined
  // A process that can go on with the session takes the result at once, whatever follows from it.
  if (code === 'newer_version') return { kind: 'set-aside', holding, result, until: now }
  if (!untaken.has(code)) return undefined
  // The last word: no deploy shall call the actor again.
  const last: Result = result.ok ? result : { ok: false, error: result.error }
  return { kind: 'set-aside', holding, result: last, until: now + restMs }
}

/** The error the machine is told in place of a result, without anything of that result. */
function toFailure(error: unknown): Result {
  if (isDogearError(error)) return { ok: false, error: new DogearError(error.code, error.message) }
  return { ok: false, error: new DogearError('not_serializable', 'the result cannot be read') }
}
