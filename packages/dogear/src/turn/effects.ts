// Effects as data: the promise actors a machine invoked, and the events their results become.

import type { Ask, Live, MachineEvent, Running } from '../flow/machine.ts'
import { toPlainError } from '../flow/machine.ts'
import type { Effect } from './record.ts'

/** One holding of an effect: `generation` and `attempt` are its fencing tokens, so that who lost the lease changes nothing. */
export type Holding = { id: string; generation: number; attempt: number }

/** How an effect ended. */
export type Result = { ok: true; output: unknown } | { ok: false; error: unknown }

type Book = { effects: readonly Effect[]; entries: Readonly<Record<string, number>> }

/** The effects after `asks`; those of a finished machine are dropped. `leaseUntil` is when others may take over what starts now. */
export function armEffects(
  { effects, entries }: Book,
  { live, asks, session, leaseUntil }: { live: Live; asks: readonly Ask[]; session: string; leaseUntil: number },
): Book {
  let armed = effects
  let counted = entries
  for (const ask of asks) {
    if (ask.kind === 'stop')
      armed = armed.map((effect) => (effect.id === ask.id ? { ...effect, settled: true } : effect))
    if (ask.kind === 'start') {
      const generation = (counted[ask.id] ?? 0) + 1
      counted = { ...counted, [ask.id]: generation }
      const effectId = `${session}.${ask.id}.${generation}`
      const effect = { id: ask.id, effectId, generation, src: ask.src, input: ask.input, attempt: 1, leaseUntil }
      armed = [...armed.filter((other) => other.id !== ask.id), effect]
    }
  }
  return { effects: live.status === 'active' ? armed : [], entries: counted }
}

/** The pending effect that `holding` still has the lease of. */
export function leasedBy(effects: readonly Effect[], { id, generation, attempt }: Holding): Effect | undefined {
  return effects.find(
    (effect) => effect.id === id && effect.generation === generation && effect.attempt === attempt && !effect.settled,
  )
}

/** Effects whose lease ran out before `now` are taken over: the next attempt, under a new lease. */
export function takeOver(
  effects: readonly Effect[],
  { now, leaseUntil }: { now: number; leaseUntil: number },
): readonly Effect[] {
  const lapsed = (effect: Effect) => !effect.settled && effect.leaseUntil <= now
  if (!effects.some(lapsed)) return effects
  return effects.map((effect) => (lapsed(effect) ? { ...effect, attempt: effect.attempt + 1, leaseUntil } : effect))
}

/** Effects whose result is still awaited. */
export const pending = (effects: readonly Effect[]): Effect[] => effects.filter((effect) => !effect.settled)

/** The children XState has to know of when a record is revived. */
export const running = (effects: readonly Effect[]): Running[] =>
  effects.map(({ id, src, input }) => ({ id, src, input }))

/** The event the machine gets for a result, exactly as XState would send it. */
export function resultEvent(id: string, result: Result): MachineEvent {
  if (result.ok) return { type: `xstate.done.actor.${id}`, output: result.output, actorId: id }
  return { type: `xstate.error.actor.${id}`, error: toPlainError(result.error), actorId: id }
}
