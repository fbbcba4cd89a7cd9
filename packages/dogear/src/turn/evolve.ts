// A stored record in the machine of today: migrated if it is of an older version, and the person where they go on.

import { hears } from '../flow/activities.ts'
import type { Flow } from '../flow/define.ts'
import { migrate } from '../flow/evolve/migrate.ts'
import { resume } from '../flow/evolve/resume.ts'
import { isFinal, type Live, revive } from '../flow/machine.ts'
import { pending, running } from './effects.ts'
import type { SessionRecord } from './record.ts'
import { isAfter } from './timers.ts'
import { extend } from './trail.ts'

/**
 * `moved`: the machine has not come to this state by itself, so there may be eventless transitions to take. `dropped` are delayed
 * events of actions that no state takes any more.
 */
export type Evolved = { record: SessionRecord; live: Live; moved: boolean; dropped: string[] }

/**
 * The record as this flow understands it, and the state it is in. Nothing is written, and a record that needs nothing stays the very
 * same. Throws `newer_version` or `record_unreadable`.
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
  const timers = lifted.timers.filter((timer) => isAfter(timer) || hears(flow.machine, timer.event.type))
  const resumed = { ...rest, snapshot, visited, timers, ...(owing ? { owing } : {}) }
  const dropped = lifted.timers.filter((timer) => !timers.includes(timer)).map(({ id }) => id)
  const goesOn = snapshot.value !== lifted.snapshot.value
  const turn = { event: `version ${flow.version}`, to: live.value, at: now, device: '' }
  return { record: goesOn ? { ...resumed, trail: extend(resumed, turn) } : resumed, live, moved: true, dropped }
}
