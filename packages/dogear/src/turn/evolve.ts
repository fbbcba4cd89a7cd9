// A stored record in the machine of today: migrated if it is of an older version, at the step where the person goes on.

import { hears } from '../flow/activities.ts'
import type { Flow } from '../flow/define.ts'
import { migrate } from '../flow/evolve/migrate.ts'
import { resume } from '../flow/evolve/resume.ts'
import { isFinal, type Live, revive } from '../flow/machine.ts'
import { pending, running } from './effects.ts'
import type { SessionRecord } from './record.ts'
import { isAfter } from './timers.ts'
import { extend, valueText } from './trail.ts'

/**
 * `moved`: the machine has not come to this state by itself, so there may be eventless transitions to take. `dropped`
 * are delayed events of actions that no state takes any more.
 */
export type Evolved = { record: SessionRecord; live: Live; moved: boolean; dropped: string[] }

/**
 * The record as this flow understands it, and the state it is in. Writes nothing. Throws `newer_version` or
 * `record_unreadable`.
 */
export function evolve(flow: Flow, record: SessionRecord, now: number): Evolved {
  if (record.version === flow.version && !record.owing)
    return { record, live: revive(flow.machine, record.snapshot, running(record.effects)), moved: false, dropped: [] }
  const { record: lifted, wish } = migrate(flow, record)
  const place = { ...lifted, busy: pending(lifted.effects).length > 0 }
  const { snapshot, visited, owing } = resume(flow, place, { ...wish, stay: wish.stay && !record.owing })
  const done = snapshot.status === 'active' && isFinal(flow.machine, snapshot.value)
  const live = revive(flow.machine, done ? { ...snapshot, status: 'done' } : snapshot, running(lifted.effects))
  const { owing: _, ...rest } = lifted
  const isTaken = ({ event }: SessionRecord['timers'][number]) => hears(flow.machine, event.type)
  const timers = lifted.timers.filter((timer) => isAfter(timer) || isTaken(timer))
  const dropped = lifted.timers.filter((timer) => !isAfter(timer) && !isTaken(timer)).map(({ id }) => id)
  const resumed = { ...rest, snapshot, visited, timers, ...(owing ? { owing } : {}) }
  const turn = { event: `version ${flow.version}`, to: live.value, at: now, device: '' }
  const elsewhere = valueText(snapshot.value) !== valueText(lifted.snapshot.value)
  return { record: elsewhere ? { ...resumed, trail: extend(resumed, turn) } : resumed, live, moved: true, dropped }
}
