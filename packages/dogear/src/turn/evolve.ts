// A stored record in the current version of its flow: migrated, at the step where the person goes on.

import { eventOf } from '../field-names.ts'
import type { Flow } from '../flow/define.ts'
import { migrate } from '../flow/evolve/migrate.ts'
import { underKnownNames } from '../flow/evolve/renames.ts'
import { resume } from '../flow/evolve/resume.ts'
import { isFinal, revive } from '../flow/machine.ts'
import type { Live } from '../flow/nodes.ts'
import { withoutForms } from '../flow/step-drafts.ts'
import { matches } from '../flow/transitions.ts'
import { pending, running } from './effects.ts'
import type { SessionRecord, Timer } from './record.ts'
import { isAfter, resumed } from './timers.ts'
import { extend, valueText } from './trail.ts'

/** `moved`: eventless transitions may be open in the state. `dropped`: ids of timers whose event no state takes now. */
export type Evolved = { record: SessionRecord; live: Live; moved: boolean; dropped: string[] }

/** The record in this version of the flow, with its state. Pure. Throws `newer_version` or `record_unreadable`. */
export function evolve(flow: Flow, record: SessionRecord, now: number): Evolved {
  if (record.version === flow.version && !record.owing)
    return { record, live: revive(flow.machine, record.snapshot, running(record.effects)), moved: false, dropped: [] }
  const { record: migrated, wish } = migrate(flow, record)
  const lifted = { ...migrated, effects: underKnownNames(flow.machine, record.effects, migrated.effects) }
  const place = { ...lifted, busy: pending(lifted.effects).length > 0 }
  const { snapshot, visited, owing } = resume(flow, place, { ...wish, stay: wish.stay && !record.owing })
  const done = snapshot.status === 'active' && isFinal(flow.machine, snapshot.value)
  const live = revive(flow.machine, done ? { ...snapshot, status: 'done' } : snapshot, running(lifted.effects))
  const { owing: _, ...rest } = lifted
  const transitions = [...flow.chart.transitions.values()].flat()
  const isLost = (timer: Timer) => !isAfter(timer) && !transitions.some(({ event }) => matches(event, timer.event.type))
  const timers = resumed(lifted.timers.filter((timer) => !isLost(timer)))
  const dropped = lifted.timers.filter(isLost).map(({ id }) => id)
  const known = (form: string) => Object.hasOwn(flow.events, eventOf(form))
  const drafts = Object.entries(lifted.drafts).map(([step, draft]) => [step, withoutForms(draft, known)])
  const evolved = {
    ...{ ...rest, snapshot, visited, timers, drafts: Object.fromEntries(drafts) },
    ...(owing ? { owing } : {}),
  }
  const turn = { event: `version ${flow.version}`, to: live.value, at: now, device: '' }
  const elsewhere = valueText(snapshot.value) !== valueText(lifted.snapshot.value)
  return { record: elsewhere ? { ...evolved, trail: extend(evolved, turn) } : evolved, live, moved: true, dropped }
}
