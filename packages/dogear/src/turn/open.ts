// Opens a record as the next turn would find it: migrated, revived, with its overdue timers fired. Writes nothing.

import type { Flow } from '../flow/define.ts'
import { begin, settle } from '../flow/machine.ts'
import { toView } from '../flow/view.ts'
import type { Gone, View } from '../wire.ts'
import { advance, fold, type Opened, type Shown, type Unsaved } from './advance.ts'
import { pending } from './effects.ts'
import { evolve } from './evolve.ts'
import { reconcile } from './reconcile.ts'
import { newRecord, positionOf, type SessionRecord, type UnsavedRecord } from './record.ts'
import { isAfter, nextDue, over, waiting } from './timers.ts'

/** How many overdue timers one turn fires at most, so that a timer with a short period cannot hold it forever. */
const maxOverdue = 1_000

/** A session that does not exist yet, at its initial state. */
export function openNew(flow: Flow, now: number): Unsaved {
  const change = begin(flow.machine)
  const record = newRecord(flow, { status: 'active', value: change.live.value, context: undefined }, now)
  return fold({ flow, record, live: change.live, changed: false, actions: [], dropped: [], failed: [] }, change, now)
}

/**
 * An existing session. `stored` may carry the live state if this process wrote the record with this flow. Throws
 * `newer_version` or `record_unreadable`; the stored record is untouched then.
 */
export function open(flow: Flow, stored: SessionRecord | Opened, now: number): Unsaved {
  const start = { flow, changed: false, actions: [], dropped: [], failed: [] }
  if ('live' in stored && !stored.record.owing) return fireOverdue({ ...start, ...stored }, now)
  const { moved, ...evolved } = evolve(flow, recordOf(stored), now)
  const here = { ...start, ...evolved, changed: moved }
  const change = moved ? settle(flow.machine, here.live) : undefined
  return fireOverdue(reconcile(change ? fold(here, change, now) : here, now), now)
}

/** The record of a stored session, opened or not. */
export const recordOf = (stored: SessionRecord | Opened): SessionRecord => ('live' in stored ? stored.record : stored)

// Late timers fire in deadline order, each at its own deadline, so that the timers they arm count from there.
function fireOverdue(start: Unsaved, now: number): Unsaved {
  let unsaved = start
  for (let fired = 0; fired < maxOverdue; fired++) {
    const { record, live } = unsaved
    const timer = nextDue(record.timers, now)
    if (!timer || live.status !== 'active') break
    // An `after` whose state stays active is kept, marked: XState would not start it again either.
    const kept = isAfter(timer) ? [over(timer)] : []
    const timers = [...record.timers.filter((other) => other !== timer), ...kept]
    unsaved = advance({ ...unsaved, record: { ...record, timers } }, timer.event, { at: timer.dueAt })
  }
  return unsaved
}

/** The view of a session. `saved`: part of it is stored; `gone`: why it is not the session the browser had. */
export function viewOf(
  { flow, record, live }: Shown,
  { saved = true, tag = null, gone = null }: { saved?: boolean; tag?: string | null; gone?: Gone | null } = {},
): View {
  return toView(flow, live, {
    tag,
    gone,
    position: positionOf(record),
    saved,
    visited: record.visited,
    drafts: shownDrafts(flow, record),
    pending: pending(record.effects).map((effect) => effect.id),
    timers: waiting(record.timers).map(({ id, dueAt }) => ({ id, dueAt })),
    expiresAt: saved ? record.expiresAt : null,
  })
}

/** A draft of a step that the flow no longer has is kept, but there is no page to show it on. */
function shownDrafts({ steps }: Flow, { drafts }: UnsavedRecord): UnsavedRecord['drafts'] {
  const shown = Object.entries(drafts).filter(([step]) => steps.some(({ id }) => id === step))
  return Object.fromEntries(shown)
}
