// After a deploy: starts the timers or effects that active states gained, drops those they lost.

import { activitiesOf, invokes } from '../flow/activities.ts'
import type { Ask } from '../flow/asks.ts'
import { persist, revive } from '../flow/machine.ts'
import { fold, type Unsaved } from './advance.ts'
import { running } from './effects.ts'
import type { Timer, UnsavedEffect } from './record.ts'
import { isAfter } from './timers.ts'

/**
 * The session with the timers and effects its active states call for. Missing ones start now; those that no active
 * state has any more go, and are noted in `dropped`. Timers an action raised and actors it spawned belong to no state:
 * they stay until the machine has ended.
 */
export function reconcile(unsaved: Unsaved, now: number): Unsaved {
  const { machine } = unsaved.flow
  const ended = unsaved.live.status !== 'active'
  const activities = activitiesOf(machine, unsaved.live)
  const has = (kind: string, id: string) => activities.some((one) => one.kind === kind && one.id === id)
  const lostTimer = (timer: Timer) => ended || (isAfter(timer) && !has('timer', timer.id))
  const lostEffect = ({ id, src }: UnsavedEffect) =>
    ended || !(src in machine.implementations.actors) || (invokes(machine, id) && !has('start', id))

  const { timers, effects } = unsaved.record
  const lost = [...timers.filter(lostTimer), ...effects.filter(lostEffect)].map(({ id }) => id)
  const kept = {
    ...unsaved,
    changed: unsaved.changed || lost.length > 0,
    dropped: [...unsaved.dropped, ...lost],
    record: {
      ...unsaved.record,
      timers: timers.filter((timer) => !lostTimer(timer)),
      effects: effects.filter((effect) => !lostEffect(effect)),
    },
  }

  const there = { timer: kept.record.timers, start: kept.record.effects }
  const missing = activities.filter(({ kind, id }) => !there[kind].some((one) => one.id === id))
  const asks = missing.map((one): Ask => one.ask())
  if (asks.length === 0) return kept
  const next = fold(kept, { live: unsaved.live, asks }, now)
  // The machine has to know the children it gained: it stops those that it knows when their state is left.
  const started = asks.some(({ kind }) => kind === 'start')
  return started ? { ...next, live: revive(machine, persist(machine, next.live), running(next.record.effects)) } : next
}
