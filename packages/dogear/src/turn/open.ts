// Opens a record as the next turn would find it: migrated, revived, and with its overdue timers fired. Writes nothing.

import type { Flow } from '../flow/define.ts'
import { begin, type Live, settle } from '../flow/machine.ts'
import { toView } from '../flow/view.ts'
import type { Gone, View } from '../wire.ts'
import { advance, fold, type Opened } from './advance.ts'
import { pending } from './effects.ts'
import { evolve } from './evolve.ts'
import { reconcile } from './reconcile.ts'
import { newRecord, positionOf, type SessionRecord } from './record.ts'
import { isAfter, nextDue, over, waiting } from './timers.ts'

/** Overdue timers one turn fires at most; the rest is left to the next one, so that a short period cannot hold a turn forever. */
const maxOverdue = 1_000

export type OpenOptions = { now: number; session: string; leaseMs: number }

/** A session that does not exist yet, at its initial state. */
export function openNew(flow: Flow, { now, session, leaseMs }: OpenOptions): Opened {
  const change = begin(flow.machine)
  const record = newRecord(flow, { status: 'active', value: change.live.value, context: undefined }, now)
  return fold(
    { flow, record, live: change.live, actions: [], dropped: [], session, leaseUntil: now + leaseMs },
    change,
    now,
  )
}

/** An existing session. Throws `newer_version` or `record_unreadable`; the stored record is untouched then. */
export function open(flow: Flow, record: SessionRecord, { now, session, leaseMs }: OpenOptions): Opened {
  const work = { flow, record, actions: [], dropped: [], session, leaseUntil: now + leaseMs }
  const left = leftOpen.get(record)
  if (left?.flow === flow && !record.owing) return fireOverdue({ ...work, live: left.live }, now)
  const { moved, ...evolved } = evolve(flow, record, now)
  const come = { ...work, ...evolved }
  const change = moved ? settle(flow.machine, come.live) : undefined
  const here = change && change.live !== come.live ? fold(come, change, now) : come
  return fireOverdue(reconcile(here, now), now)
}

// Opening is pure, so a record this process has just made need not be opened again.
const leftOpen = new WeakMap<SessionRecord, { flow: Flow; live: Live }>()

/** Remembers the live state a finished record stands for. */
export function leaveOpen({ flow, record, live }: Opened): void {
  leftOpen.set(record, { flow, live })
}

// Late timers fire as if the process had been up: in deadline order, each at its own deadline, so what they arm counts from there.
function fireOverdue(start: Opened, now: number): Opened {
  let work = start
  for (let fired = 0; fired < maxOverdue; fired++) {
    const timer = nextDue(work.record.timers, now)
    if (!timer || work.live.status !== 'active') break
    // An `after` whose state stays active is kept, marked: XState would not start it again either.
    const kept = isAfter(timer) ? [over(timer)] : []
    const timers = [...work.record.timers.filter((other) => other !== timer), ...kept]
    work = advance({ ...work, record: { ...work.record, timers } }, timer.event, { at: timer.dueAt })
  }
  return work
}

/**
 * What a client may see of opened work. `saved` tells whether anything of it is stored; `session` is the tag of the session, `gone`
 * why the one the browser had is not the one shown.
 */
export function viewOf(
  { flow, record, live }: Opened,
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

/** What was typed at a step that is not there any more is kept, but there is no page to show it on. */
function shownDrafts({ steps }: Flow, { drafts }: SessionRecord): SessionRecord['drafts'] {
  const shown = Object.entries(drafts).filter(([step]) => steps.some(({ id }) => id === step))
  return shown.length === Object.keys(drafts).length ? drafts : Object.fromEntries(shown)
}
