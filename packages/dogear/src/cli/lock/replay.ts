// What becomes of the people a lock stands for, in today's flow: every sample is opened as the next request would open it.

import { isDogearError } from '../../errors.ts'
import type { Flow } from '../../flow/define.ts'
import { resume } from '../../flow/evolve/resume.ts'
import { persist, revive } from '../../flow/machine.ts'
import { currentStep } from '../../flow/steps.ts'
import { pending } from '../../turn/effects.ts'
import { open, viewOf } from '../../turn/open.ts'
import { waiting } from '../../turn/timers.ts'
import { valueText } from '../../turn/trail.ts'
import { errorLine } from '../output.ts'
import { type Lock, type LockedSample, toRecord } from './file.ts'

/**
 * Where a sample ends up. `state` is where it is now; `step` its page. `moved` says that this is another state than before, and
 * `dropped` which timers and effects were lost on the way. `skips` is a page it should have seen and will not, because its migration says
 * `resume: 'stay'`; `null` if there is none. `problem` is why it cannot go on, in words.
 */
export type Replayed = {
  from: string
  state: string | null
  step: string | null
  moved: boolean
  dropped: readonly string[]
  skips: string | null
  problem: string | null
}

/** Opens one sample of a lock. Never throws. */
export function replay(flow: Flow, lock: Pick<Lock, 'version'>, sample: LockedSample): Replayed {
  const from = sample.state
  const lost = (problem: string): Replayed => ({
    from,
    state: null,
    step: null,
    moved: false,
    dropped: [],
    skips: null,
    problem,
  })
  try {
    const now = Date.UTC(2026, 0, 1)
    const record = toRecord(flow, lock.version, sample, now)
    const work = open(flow, record, now)
    const view = viewOf(work, { saved: true })
    const state = valueText(view.value)
    const placed = {
      from,
      state,
      step: view.step,
      moved: state !== from,
      dropped: work.dropped,
      skips: skippedBy(flow, work),
    }
    if (view.status === 'error') return { ...placed, problem: 'it ends in an error state' }
    const goesOn =
      view.status === 'done' ||
      view.accepts.length > 0 ||
      view.pending.length > 0 ||
      waiting(work.record.timers).length > 0
    return {
      ...placed,
      problem: goesOn
        ? null
        : `it is stuck in "${state}": no event is taken there, no timer runs and no effect is under way`,
    }
  } catch (error) {
    return lost(reasonOf(error))
  }
}

/** The step someone would be sent to if the migration had not said to let them stay. */
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
  return currentStep(revive(flow.machine, next.snapshot))?.id ?? valueText(next.snapshot.value)
}

/** The message of our own errors and of what a migration threw; it was thrown at sample data, so nothing in it is a person's. */
function reasonOf(error: unknown): string {
  if (!isDogearError(error)) return errorLine(error)
  const { cause } = error
  return cause instanceof Error ? `${error.message}: ${cause.message}` : error.message
}
