// After a deploy: arms what the active states gained while people were in them, and drops what they lost.

import { activitiesOf, invokes } from '../flow/activities.ts'
import type { Ask } from '../flow/machine.ts'
import { fold, type Opened } from './advance.ts'
import type { Effect, Timer } from './record.ts'
import { isAfter } from './timers.ts'

/**
 * The work with timers and effects as its active states hold them. What is missing starts now; what no state holds any more
 * goes, and is noted in `dropped`. Timers an action raised and actors it spawned are nobody's standing: they stay.
 */
export function reconcile(work: Opened, now: number): Opened {
  const { machine } = work.flow
  const held = activitiesOf(machine, work.live)
  const has = (kind: string, id: string) => held.some((one) => one.kind === kind && one.id === id)
  const lostTimer = (timer: Timer) => isAfter(timer) && !has('timer', timer.id)
  const lostEffect = ({ id, src }: Effect) =>
    !(src in machine.implementations.actors) || (invokes(machine, id) && !has('start', id))

  const { timers, effects } = work.record
  const lost = [...timers.filter(lostTimer), ...effects.filter(lostEffect)].map(({ id }) => id)
  const kept =
    lost.length === 0
      ? work
      : {
          ...work,
          dropped: [...work.dropped, ...lost],
          record: {
            ...work.record,
            timers: timers.filter((timer) => !lostTimer(timer)),
            effects: effects.filter((effect) => !lostEffect(effect)),
          },
        }

  const there = { timer: kept.record.timers, start: kept.record.effects }
  const missing = held.filter(({ kind, id }) => !there[kind].some((one) => one.id === id))
  const asks = missing.map((one): Ask => one.ask())
  return asks.length === 0 ? kept : fold(kept, { live: work.live, asks }, now)
}
