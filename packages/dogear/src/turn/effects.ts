// Effects as data: the promise actors of a machine, their leases, their results as events.

import type { Ask } from '../flow/asks.ts'
import type { MachineEvent, Running } from '../flow/machine.ts'
import { toPlainError } from '../flow/machine.ts'
import type { Live } from '../flow/nodes.ts'
import { copyOf } from '../plain-data.ts'
import type { Effect, UnsavedEffect, UnsavedRecord } from './record.ts'

/** A lease of an effect. Its fencing tokens `generation` and `attempt` stop a process whose lease was taken over. */
export type Holding = { id: string; generation: number; attempt: number }

/** How an effect ended. */
export type Result = { ok: true; output: unknown } | { ok: false; error: unknown }

type Armed = Pick<UnsavedRecord, 'effects' | 'entries'>

/** The effects after `asks`; those of a finished machine are dropped. New ones have no id or lease until `stamp`. */
export function armEffects({ effects, entries }: Armed, { live, asks }: { live: Live; asks: readonly Ask[] }): Armed {
  let armed = effects
  let counted = entries
  for (const ask of asks) {
    if (ask.kind === 'stop')
      armed = armed.map((effect) => (effect.id === ask.id ? { ...effect, settled: true } : effect))
    if (ask.kind === 'start') {
      const generation = (counted[ask.id] ?? 0) + 1
      counted = { ...counted, [ask.id]: generation }
      const effect = { id: ask.id, generation, src: ask.src, input: ask.input, attempt: 1 }
      armed = [...armed.filter((other) => other.id !== ask.id), effect]
    }
  }
  return { effects: live.status === 'active' ? armed : [], entries: counted }
}

/** The effects with an id and a lease for each that had none. `started` are those to run after the commit. */
export function stamp(
  effects: readonly UnsavedEffect[],
  { session, leaseUntil }: { session: string; leaseUntil: number },
): { effects: Effect[]; started: Effect[] } {
  const started: Effect[] = []
  const stamped = effects.map((effect): Effect => {
    if (effect.leaseUntil !== undefined) return effect
    const effectId = effect.effectId ?? `${session}.${effect.id}.${effect.generation}`
    const leased = { ...effect, effectId, leaseUntil }
    if (!leased.settled) started.push(leased)
    return leased
  })
  return { effects: stamped, started }
}

/** The pending effect whose lease is `holding`. One that starts in this turn has no lease yet. */
export function leasedBy(effects: readonly UnsavedEffect[], { id, generation, attempt }: Holding): Effect | undefined {
  return pending(effects)
    .filter((effect) => effect.leaseUntil !== undefined)
    .find((effect) => effect.id === id && effect.generation === generation && effect.attempt === attempt)
}

/** The effects with the next attempt begun of each whose lease ran out before `now`; undefined if there is none. */
export function takeOver(effects: readonly UnsavedEffect[], now: number): UnsavedEffect[] | undefined {
  const lapsed = ({ settled, leaseUntil }: UnsavedEffect) => !settled && leaseUntil !== undefined && leaseUntil <= now
  if (!effects.some(lapsed)) return undefined
  return effects.map((effect) =>
    lapsed(effect) ? { ...effect, attempt: effect.attempt + 1, leaseUntil: undefined } : effect,
  )
}

/** Effects whose result is still awaited. */
export const pending = <E extends Pick<Effect, 'settled'>>(effects: readonly E[]): E[] =>
  effects.filter((effect) => !effect.settled)

/** The children XState has to know of when a record is revived. */
export const running = (effects: readonly Running[]): Running[] =>
  effects.map(({ id, src, input }) => ({ id, src, input }))

/** The event the machine gets for a result, exactly as XState would send it. */
export function resultEvent(id: string, result: Result): MachineEvent {
  if (result.ok) return { type: `xstate.done.actor.${id}`, output: copyOf(result.output), actorId: id }
  return { type: `xstate.error.actor.${id}`, error: toPlainError(result.error), actorId: id }
}
