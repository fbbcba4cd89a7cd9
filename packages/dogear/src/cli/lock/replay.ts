// The replay of a lock's samples: opens them in today's flow, as the next request of those people would.

import { isDogearError } from '../../errors.ts'
import { activitiesOf } from '../../flow/activities.ts'
import type { Flow } from '../../flow/define.ts'
import { migrate } from '../../flow/evolve/migrate.ts'
import { resume } from '../../flow/evolve/resume.ts'
import { persist, revive } from '../../flow/machine.ts'
import { currentStep } from '../../flow/steps.ts'
import { takenTypes } from '../../flow/view.ts'
import type { Unsaved } from '../../turn/advance.ts'
import { pending } from '../../turn/effects.ts'
import { open, viewOf } from '../../turn/open.ts'
import type { Effect, SessionRecord } from '../../turn/record.ts'
import { waiting } from '../../turn/timers.ts'
import { valueText } from '../../turn/trail.ts'
import type { View } from '../../wire.ts'
import { errorLine } from '../output.ts'
import { type Lock, type LockedSample, toRecord } from './file.ts'

/**
 * One sample, opened. `state` and `step` are where the person is now; `moved`: in another state than before; `dropped`:
 * the timers and effects that were lost; `restarted`: effects under way that were lost while others began in their
 * place, as after a renaming that no migration tells of. `skips` is a page the person should have seen but will not,
 * because the migration says `resume: 'stay'`. `problem` is the reason why the person cannot go on, in words.
 */
export type Replayed = {
  from: string
  state: string | null
  step: string | null
  moved: boolean
  dropped: readonly string[]
  restarted: { lost: readonly string[]; begun: readonly string[] } | null
  skips: string | null
  problem: string | null
}

/** Opens one sample of a lock. Never throws. */
export function replay(flow: Flow, lock: Pick<Lock, 'version' | 'states'>, sample: LockedSample): Replayed {
  const from = sample.state
  const now = Date.UTC(2026, 0, 1)
  try {
    const record = toRecord(flow, lock.version, sample, now)
    const opened = open(flow, record, now)
    const view = viewOf(opened, { saved: true })
    const state = valueText(view.value)
    const skips = skippedBy(flow, opened)
    const called = takenTypes(flow, opened.live, Object.keys(flow.serverEvents)).length > 0
    const problem = problemOf(view, called || waiting(opened.record.timers).length > 0)
    const restarted = restartedIn(flow, lock, { before: migrate(flow, record).record, after: opened })
    const { dropped } = opened
    return { from, state, step: view.step, moved: state !== from, dropped, restarted, skips, problem }
  } catch (error) {
    const nowhere = { state: null, step: null, moved: false, dropped: [], restarted: null, skips: null }
    return { from, ...nowhere, problem: reasonOf(error) }
  }
}

function restartedIn(
  flow: Flow,
  { states }: Pick<Lock, 'states'>,
  { before, after }: { before: SessionRecord; after: Unsaved },
): Replayed['restarted'] {
  const { effects } = after.record
  const held = activitiesOf(flow.machine, after.live).map(({ id }) => id)
  const goesOn = ({ effectId }: Effect) => effects.some((one) => one.effectId === effectId && held.includes(one.id))
  // An effect that an action spawned belongs to no state, and goes on.
  const invoked = Object.values(states).flatMap(({ invoke }) => Object.keys(invoke))
  const lost = before.effects.filter((effect) => invoked.includes(effect.id) && !goesOn(effect))
  const begun = effects.filter(({ effectId }) => effectId === undefined)
  const names = (all: readonly Pick<Effect, 'id' | 'src'>[]) =>
    all.map(({ id, src }) => (id === src ? id : `${id} (${src})`))
  return lost.length > 0 && begun.length > 0 ? { lost: names(lost), begun: names(begun) } : null
}

/** `moves`: a timer or an event of the server leads on from there. */
function problemOf(view: View, moves: boolean): string | null {
  if (view.status === 'error') return 'it ends in an error state'
  if (moves || view.status === 'done' || view.accepts.length > 0 || view.pending.length > 0) return null
  return `it is stuck in "${valueText(view.value)}": no event is taken there, no timer runs and no effect is under way`
}

/** The step the person would be sent to if the migration did not let them stay. */
function skippedBy(flow: Flow, { record, live }: ReturnType<typeof open>): string | null {
  if (record.owing) return null
  const place = {
    snapshot: persist(flow.machine, live),
    visited: record.visited,
    busy: pending(record.effects).length > 0,
  }
  const next = resume(flow, place, { to: undefined, stay: false, given: false })
  if (next.owing) return 'a page that is closed for now'
  if (next.snapshot.value === place.snapshot.value) return null
  return currentStep(flow, revive(flow.machine, next.snapshot))?.id ?? valueText(next.snapshot.value)
}

/** The message of our own errors, with that of a migration. It was thrown at sample data, so it quotes nobody. */
function reasonOf(error: unknown): string {
  if (!isDogearError(error)) return errorLine(error)
  const { cause } = error
  return cause instanceof Error ? `${error.message}: ${cause.message}` : error.message
}
