// One step of the machine, applied to the session inside a turn.

import type { DogearError } from '../errors.ts'
import { activitiesOf } from '../flow/activities.ts'
import type { Ask } from '../flow/asks.ts'
import type { Flow } from '../flow/define.ts'
import { type Change, type MachineEvent, step } from '../flow/machine.ts'
import type { Live } from '../flow/nodes.ts'
import { activeSteps, personAt } from '../flow/steps.ts'
import type { Outcome } from './commands.ts'
import { armEffects } from './effects.ts'
import { withBoundedEntries } from './entries.ts'
import type { Effect, SessionRecord, UnsavedRecord } from './record.ts'
import { armTimers } from './timers.ts'
import { extend } from './trail.ts'

/**
 * Carried out once the record is committed: `actions` in order, then `effects`. To be reported: `dropped`, ids the flow
 * lost; `failures`, errors of the flow's code that the turn could do without.
 */
export type After = {
  actions: Extract<Ask, { kind: 'emit' | 'action' }>[]
  effects: readonly Effect[]
  dropped: string[]
  failures: readonly DogearError[]
}

export const nothing: After = { actions: [], effects: [], dropped: [], failures: [] }

/** A record, and the live state of the machine it was written from. */
export type Opened = { record: SessionRecord; live: Live }

/** The part of a session that a view is made of. */
export type Shown = { flow: Flow; record: UnsavedRecord; live: Live }

/**
 * `record` is to be committed if `changed`, else it is the stored one. A sender without access is `shown` nothing, nor
 * is a session that was ended. `again`: so many timers were overdue that the turn only fired some. Once that is
 * committed, the command is to be taken.
 */
export type Turn = { after: After } & (
  | {
      changed: true
      outcome: { kind: 'applied' }
      record: SessionRecord
      shown: (Shown & Opened) | undefined
      again?: true
    }
  | {
      changed: false
      outcome: Exclude<Outcome, { kind: 'applied' }>
      record: SessionRecord | undefined
      shown: Shown | undefined
    }
)

/** A session inside a turn. `changed` says that something of it is not in the stored record. */
export type Unsaved = Shown & Pick<After, 'actions' | 'dropped' | 'failures'> & { changed: boolean }

/** The session after the machine took `event` at the time `at`. A `silent` step (back to a page) leaves no trail. */
export function advance(
  unsaved: Unsaved,
  event: MachineEvent,
  { at, device = '', silent = false }: { at: number; device?: string; silent?: boolean },
): Unsaved {
  const change = step(unsaved.flow.machine, unsaved.live, event)
  const { flow, record, live: before } = unsaved
  const trail = silent ? record.trail : extend(record, { event: event.type, to: change.live.value, at, device })
  const next = fold(unsaved, change, at, trail)
  const here = personAt(flow, change.live, { before, at: record.at, byPerson: silent || device !== '' })
  return here === next.record.at ? next : { ...next, record: placed(next.record, here) }
}

/** The record of a person at the step `at`; undefined where there is only one to be at, and none to return to. */
export function placed(record: UnsavedRecord, at: string | undefined): UnsavedRecord {
  if (record.at === at) return record
  const { at: _, ...elsewhere } = record
  return at === undefined ? elsewhere : { ...elsewhere, at }
}

/** The session after `change`, which happened at the time `at`, with this `trail`. */
export function fold(
  unsaved: Unsaved,
  { live, asks }: Change,
  at: number,
  trail: SessionRecord['trail'] = unsaved.record.trail,
): Unsaved {
  const { flow, record } = unsaved
  const generation = record.revision + 1
  const { timers, effects, entries } = withBoundedEntries(
    flow.machine,
    withoutSpent(flow, live, {
      timers: armTimers(record.timers, { live, asks, at, generation }),
      ...armEffects(record, { live, asks }),
    }),
  )
  const entered = activeSteps(flow, live).flatMap(({ id }) => (record.visited.includes(id) ? [] : [id]))
  return {
    ...unsaved,
    live,
    changed: true,
    actions: [...unsaved.actions, ...asks.filter((ask) => ask.kind === 'emit' || ask.kind === 'action')],
    record: {
      ...record,
      visited: entered.length > 0 ? [...record.visited, ...entered] : record.visited,
      trail,
      timers,
      effects,
      entries,
    },
  }
}

type Armed = Pick<UnsavedRecord, 'timers' | 'effects' | 'entries'>

/** Forgets fired timers and settled effects that no active state would start again. */
function withoutSpent(flow: Flow, live: Live, armed: Armed): Armed {
  const { timers, effects } = armed
  if (!timers.some(({ fired }) => fired) && !effects.some(({ settled }) => settled)) return armed
  const active = new Set(activitiesOf(flow.machine, live).map(({ id }) => id))
  return {
    ...armed,
    timers: timers.filter(({ id, fired }) => !fired || active.has(id)),
    effects: effects.filter(({ id, settled }) => !settled || active.has(id)),
  }
}
