// Effects as data: the promise actors of a machine, their leases, their results as events.

import { DogearError } from '../errors.ts'
import type { Ask } from '../flow/asks.ts'
import type { Flow } from '../flow/define.ts'
import type { MachineEvent, Running } from '../flow/machine.ts'
import { toPlainError } from '../flow/machine.ts'
import type { Live } from '../flow/nodes.ts'
import { policyOf } from '../flow/policy.ts'
import { copyOf } from '../plain-data.ts'
import { nextGeneration } from './entries.ts'
import type { Effect, Result, SessionRecord, UnsavedEffect, UnsavedRecord } from './record.ts'
import { keepable } from './secrets.ts'

/**
 * A try of an effect. `attempt` is a fencing token: it stops a process whose try was taken over. The effect goes by its
 * key, which no deploy renames.
 */
export type Holding = { effectId: string; attempt: number }

type Armed = Pick<UnsavedRecord, 'effects' | 'entries'>

/** The effects after `asks`; those of a finished machine are dropped. New ones have no id or lease until `stamp`. */
export function armEffects({ effects, entries }: Armed, { live, asks }: { live: Live; asks: readonly Ask[] }): Armed {
  let armed = effects
  let counted = entries
  for (const ask of asks) {
    if (ask.kind === 'stop')
      armed = armed.map((effect) => (effect.id === ask.id ? { ...effect, settled: true } : effect))
    if (ask.kind === 'start') {
      const generation = nextGeneration(counted, ask.id)
      counted = { ...counted, [ask.id]: generation }
      const effect = { id: ask.id, generation, src: ask.src, input: ask.input, attempt: 1 }
      armed = [...armed.filter((other) => other.id !== ask.id), effect]
    }
  }
  return { effects: live.status === 'active' ? armed : [], entries: counted }
}

type Stamp = { session: string; leaseMs: number; now: number }

/**
 * The effects with an id and a lease for each that had none. `started` are those to run after the commit. Without a
 * lease (`leaseMs` 0) none starts, and another process may begin at once.
 */
export function stamp(
  effects: readonly UnsavedEffect[],
  { session, leaseMs, now }: Stamp,
): { effects: Effect[]; started: Effect[] } {
  const started: Effect[] = []
  const stamped = effects.map((effect): Effect => {
    if (effect.leaseUntil !== undefined) return effect
    const effectId = effect.effectId ?? `${session}.${effect.id}.${effect.generation}`
    const leased = { ...effect, effectId, leaseUntil: now + leaseMs }
    if (leased.settled) return leased
    if (leaseMs === 0) return givenBack(leased, { begun: false, now })
    started.push(leased)
    return leased
  })
  return { effects: stamped, started }
}

/** The effect of the try `holding`, if its result is still awaited. One that starts in this turn has none yet. */
export function heldBy(effects: readonly UnsavedEffect[], { effectId, attempt }: Holding): Effect | undefined {
  return pending(effects)
    .filter((effect) => effect.leaseUntil !== undefined)
    .find((effect) => effect.effectId === effectId && effect.attempt === attempt)
}

/** The reason why a process should not go on with a try, by the session's newest record; undefined if it should. */
export function whyOver({ effects }: Pick<SessionRecord, 'effects'>, holding: Holding): string | undefined {
  if (heldBy(effects, holding)) return undefined
  const goesOn = pending(effects).some(({ effectId }) => effectId === holding.effectId)
  return goesOn ? 'the lease was lost' : 'the state was left'
}

/** Pending effects that another process may have left: those whose lease in the record has ended. */
export const overdue = <E extends UnsavedEffect>(effects: readonly E[], now: number): E[] =>
  pending(effects).filter(({ leaseUntil }) => leaseUntil !== undefined && leaseUntil <= now)

/**
 * The effects after those `leased` were taken over, as far as their time has come; undefined if there is none. A try
 * that had begun counts, as nobody knows how it ended; after the last one, the machine is told so.
 */
export function takeOver(
  flow: Flow,
  effects: readonly UnsavedEffect[],
  { leased, now }: { leased: readonly string[]; now: number },
): UnsavedEffect[] | undefined {
  const free = new Set(overdue(effects, now).filter(({ effectId }) => effectId && leased.includes(effectId)))
  if (free.size === 0) return undefined
  return effects.map((effect) => {
    if (!free.has(effect)) return effect
    const { unbegun, ...taken } = { ...effect, leaseUntil: undefined }
    if (unbegun || taken.result) return taken
    if (taken.attempt < policyOf(flow, taken.src).attempts) return { ...taken, attempt: taken.attempt + 1 }
    return { ...taken, result: { ok: false, error: noOutcome } }
  })
}

const noOutcome = {
  name: 'DogearError',
  message: 'the last attempt began, and its process is gone: nobody knows how it ended',
  code: 'effect_failed',
}

/** True if the machine is told that nobody knows how the last attempt ended. */
export const isLost = ({ result }: Effect): boolean =>
  result?.ok === false && (result.error as { code?: unknown } | null)?.code === noOutcome.code

/** The effect with its next try begun; undefined if `result` is the last word on it. */
export function tryAgain(flow: Flow, mine: Effect, result: Result): UnsavedEffect | undefined {
  const { leaseUntil: _, result: __, ...effect } = mine
  if (result.ok || !result.retryable || effect.attempt >= policyOf(flow, effect.src).attempts) return undefined
  return { ...effect, attempt: effect.attempt + 1, failure: codeOf(result.error) }
}

/** A short name for an error that holds nothing personal. */
const codeOf = (error: unknown): string => {
  const { code, name } = toPlainError(error)
  return String(code ?? name).slice(0, 64)
}

/** The effect for another process to begin at once, with this try again if it has not begun. */
export function givenBack(effect: Effect, { begun, now }: { begun: boolean; now: number }): Effect {
  return { ...effect, leaseUntil: now, ...(begun ? {} : { unbegun: true }) }
}

/** Effects whose result is still awaited. */
export const pending = <E extends Pick<Effect, 'settled'>>(effects: readonly E[]): E[] =>
  effects.filter((effect) => !effect.settled)

/** Effects that may still call their actor. The result of one set aside is at hand. */
export const underWay = (effects: readonly UnsavedEffect[]): UnsavedEffect[] =>
  pending(effects).filter(({ result }) => result === undefined)

/** The children XState has to know of when a record is revived. */
export const running = (effects: readonly Running[]): Running[] =>
  effects.map(({ id, src, input }) => ({ id, src, input }))

/** The effect with a result that this process cannot hand to the machine, to be offered again from `until` on. */
export function setAside(effect: Effect, result: Result, until: number): Effect {
  const kept: Result = result.ok ? result : { ...result, error: toPlainError(result.error) }
  return { ...effect, result: kept, leaseUntil: until }
}

/** The result as it may be stored. One that may not becomes an error for the machine, and is told to `failures`. */
export function keptResult(
  flow: Flow,
  { src, attempt }: Pick<Effect, 'src' | 'attempt'>,
  { result, failures }: { result: Result; failures: DogearError[] },
): Result {
  const kept = keepable(flow, result)
  if (kept !== result) {
    const message = `the result of attempt ${attempt} of effect "${src}" of flow "${flow.id}" held a card number`
    failures.push(new DogearError('effect_failed', `${message}; it was not kept`))
  }
  return kept
}

/** The event the machine gets for a result, exactly as XState would send it. */
export function resultEvent(id: string, result: Result): MachineEvent {
  if (result.ok) return { type: `xstate.done.actor.${id}`, output: copyOf(result.output), actorId: id }
  return { type: `xstate.error.actor.${id}`, error: toPlainError(result.error), actorId: id }
}
