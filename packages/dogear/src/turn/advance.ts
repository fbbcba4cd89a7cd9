// One step of the machine folded into the record being made: timers, effects, way, trail, and what is to be done afterwards.

import { activitiesOf } from '../flow/activities.ts'
import type { Flow } from '../flow/define.ts'
import { type Ask, type Change, type Live, type MachineEvent, step } from '../flow/machine.ts'
import { currentStep } from '../flow/steps.ts'
import { armEffects } from './effects.ts'
import type { Effect, SessionRecord } from './record.ts'
import { armTimers } from './timers.ts'
import { extend } from './trail.ts'

/** What is to happen once the record is committed, in this order: actions and emitted events as they came, then effects. `dropped` are timers and effects the flow no longer has. */
export type After = { actions: Extract<Ask, { kind: 'emit' | 'action' }>[]; effects: Effect[]; dropped: string[] }

/** A turn in the making. `session` is what effect ids derive from, `leaseUntil` how long what starts now is held. */
export type Opened = {
  flow: Flow
  record: SessionRecord
  live: Live
  actions: After['actions']
  dropped: string[]
  session: string
  leaseUntil: number
}

/** The work after the machine took `event` at the time `at`. `silent` steps (a way back before the event) leave no trail. */
export function advance(
  work: Opened,
  event: MachineEvent,
  { at, device = '', silent = false }: { at: number; device?: string; silent?: boolean },
): Opened {
  const change = step(work.flow.machine, work.live, event)
  const next = fold(work, change, at)
  return silent
    ? next
    : {
        ...next,
        record: {
          ...next.record,
          trail: extend(work.record, { event: event.type, to: change.live.value, at, device }),
        },
      }
}

/** The work after `change`, which happened at the time `at`. */
export function fold(work: Opened, { live, asks }: Change, at: number): Opened {
  const { flow, record, session, leaseUntil } = work
  const generation = record.revision + 1
  const here = currentStep(flow, live)?.id
  const visited = here === undefined || record.visited.includes(here) ? record.visited : [...record.visited, here]
  return {
    ...work,
    live,
    actions: [...work.actions, ...asks.filter((ask) => ask.kind === 'emit' || ask.kind === 'action')],
    record: {
      ...record,
      visited,
      ...withoutSpent(flow, live, {
        timers: armTimers(record.timers, { live, asks, at, generation }),
        ...armEffects(record, { live, asks, session, leaseUntil }),
      }),
    },
  }
}

type Armed = Pick<SessionRecord, 'timers' | 'effects' | 'entries'>

/** What has gone off or ended is remembered only as long as an active state would start it again. */
function withoutSpent(flow: Flow, live: Live, armed: Armed): Armed {
  const { timers, effects } = armed
  if (!timers.some(({ fired }) => fired) && !effects.some(({ settled }) => settled)) return armed
  const held = new Set(activitiesOf(flow.machine, live).map(({ id }) => id))
  return {
    ...armed,
    timers: timers.filter(({ id, fired }) => !fired || held.has(id)),
    effects: effects.filter(({ id, settled }) => !settled || held.has(id)),
  }
}
