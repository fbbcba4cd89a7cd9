// The compact form of a machine's state: snapshot, timers, effects as lists, without the names of their members.

import type { Effect, SessionRecord, Timer } from '../turn/record.ts'
import { toBytes, toText } from './base64.ts'
import { entryOf } from './names.ts'

type State = Pick<SessionRecord, 'snapshot' | 'timers' | 'effects'>
type Snapshot = SessionRecord['snapshot']
/** Times are relative to these. */
type Base = { createdAt: number; updatedAt: number }
type Index = (name: string) => number
type Name = (index: number) => string

/** The members that few have are one object at the end, if there are any. */
type Rest<T> = [rest?: Partial<T>]
type PackedSnapshot = [status: number, value: unknown, context: unknown, ...Rest<Snapshot>]
type PackedTimer = [id: number, generation: number, event: number | Timer['event'], dueAt: number, ...Rest<Timer>]
type EffectParts = [id: number, effectId: Uint8Array | string | [string], generation: number, src: number]
type PackedEffect = [...EffectParts, input: unknown, attempt: number, leaseUntil: number, ...Rest<Effect>]
export type PackedState = { snapshot: PackedSnapshot; timers: PackedTimer[]; effects: PackedEffect[] }

const statuses = ['active', 'done', 'error'] as const

export function packState({ snapshot, timers, effects }: State, base: Base, index: Index): PackedState {
  return {
    snapshot: packSnapshot(snapshot, index),
    timers: timers.map((timer) => packTimer(timer, base, index)),
    effects: effects.map((effect) => packEffect(effect, base, index)),
  }
}

export function unpackState({ snapshot, timers, effects }: PackedState, base: Base, name: Name): State {
  return {
    snapshot: unpackSnapshot(snapshot, name),
    timers: timers.map((timer) => unpackTimer(timer, base, name)),
    effects: effects.map((effect) => unpackEffect(effect, base, name)),
  }
}

function packSnapshot({ status, value, context, ...rest }: Snapshot, index: Index): PackedSnapshot {
  const packed = typeof value === 'string' ? index(value) : value
  return [statuses.indexOf(status), packed, context, ...restOf(rest)]
}

function unpackSnapshot([status, value, context, rest]: PackedSnapshot, name: Name): Snapshot {
  const unpacked = typeof value === 'number' ? name(value) : value
  return { status: entryOf(statuses, status), value: unpacked, context, ...rest }
}

/** An event without members but its type is the number of that. */
function packTimer({ id, generation, event, dueAt, ...rest }: Timer, { createdAt }: Base, index: Index): PackedTimer {
  const packed = Object.keys(event).length === 1 ? index(event.type) : event
  return [index(id), generation, packed, dueAt - createdAt, ...restOf(rest)]
}

function unpackTimer([id, generation, event, dueAt, rest]: PackedTimer, { createdAt }: Base, name: Name): Timer {
  const unpacked = typeof event === 'number' ? { type: name(event) } : event
  return { id: name(id), generation, event: unpacked, dueAt: createdAt + dueAt, ...rest }
}

function packEffect(effect: Effect, { updatedAt }: Base, index: Index): PackedEffect {
  const { id, effectId, generation, src, input, attempt, leaseUntil, ...rest } = effect
  const suffix = suffixOf(effect)
  // An effect that was renamed since it began has kept its first id, which is in a list of its own.
  const session = effectId.endsWith(suffix) ? toBytes(effectId.slice(0, -suffix.length)) : ([effectId] as [string])
  return [index(id), session, generation, index(src), input, attempt, leaseUntil - updatedAt, ...restOf(rest)]
}

function unpackEffect(packed: PackedEffect, { updatedAt }: Base, name: Name): Effect {
  const [id, session, generation, src, input, attempt, lease, rest] = packed
  const named = { id: name(id), generation }
  const effectId = Array.isArray(session) ? session[0] : toText(session) + suffixOf(named)
  return { ...named, effectId, src: name(src), input, attempt, leaseUntil: updatedAt + lease, ...rest }
}

const suffixOf = ({ id, generation }: Pick<Effect, 'id' | 'generation'>): string => `.${id}.${generation}`

const restOf = <T extends object>(rest: T): [rest?: T] => (Object.keys(rest).length > 0 ? [rest] : [])
