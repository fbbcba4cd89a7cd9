// One step of the machine folded into the record being made: timers, effects, way, trail, and what is to be done afterwards.

import type { Flow } from '../flow/define.ts'
import { type Ask, type Change, type Live, type MachineEvent, step } from '../flow/machine.ts'
import { currentStep } from '../flow/steps.ts'
import { armEffects } from './effects.ts'
import type { Effect, SessionRecord } from './record.ts'
import { armTimers } from './timers.ts'
import { extend } from './trail.ts'

/** What is to happen once the record is committed, in this order: actions and emitted events as they came, then effects. `dropped` are timers and effects the flow no longer has. */
export type After = { acts: Extract<Ask, { kind: 'emit' | 'action' }>[]; effects: Effect[]; dropped: string[] }

/** A turn in the making. `session` and `leaseMs` are what effects are derived from. */
export type Work = {
  flow: Flow
  record: SessionRecord
  live: Live
  acts: After['acts']
  dropped: string[]
  session: string
  leaseMs: number
}

/** The work after the machine took `event` at the time `at`. `silent` steps (a way back before the event) leave no trail. */
export function advance(
  work: Work,
  event: MachineEvent,
  { at, device = '', silent = false }: { at: number; device?: string; silent?: boolean },
): Work {
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
export function fold(work: Work, { live, asks }: Change, at: number): Work {
  const { record, session, leaseMs } = work
  const generation = record.revision + 1
  const here = currentStep(live)?.id
  const visited = here === undefined || record.visited.includes(here) ? record.visited : [...record.visited, here]
  return {
    ...work,
    live,
    acts: [...work.acts, ...asks.filter((ask) => ask.kind === 'emit' || ask.kind === 'action')],
    record: {
      ...record,
      visited,
      timers: armTimers(record.timers, { live, asks, at, generation }),
      ...armEffects(record, { live, asks, session, leaseUntil: at + leaseMs }),
    },
  }
}
