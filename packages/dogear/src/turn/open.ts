// Opens a record as the next turn would find it: migrated, revived, with its overdue timers fired. Writes nothing.

import { DogearError, isDogearError } from '../errors.ts'
import type { Flow } from '../flow/define.ts'
import { begin, settle } from '../flow/machine.ts'
import { type StepDraft, toViewDraft } from '../flow/step-drafts.ts'
import { toView } from '../flow/view.ts'
import { copyOf, ownData, wellFormedCopyOf } from '../plain-data.ts'
import type { Gone, View, ViewDraft } from '../wire.ts'
import { deviceOf } from './access/devices.ts'
import { advance, fold, type Opened, type Shown, type Unsaved } from './advance.ts'
import { pending } from './effects.ts'
import { evolve } from './evolve.ts'
import { expiryAfter, isSpent, owes } from './lifetime.ts'
import { reconcile } from './reconcile.ts'
import { type Birth, newRecord, positionOf, type SessionRecord, type Timer, type UnsavedRecord } from './record.ts'
import { isAfter, nextDue, over, setAside, waiting } from './timers.ts'
import { movesIn } from './trail.ts'

/** How many overdue timers one turn fires at most, so that a timer with a short period cannot hold it forever. */
const maxOverdue = 1_000

const nothing = { actions: [], dropped: [], failures: [] }

/** A session that does not exist yet, at its initial state; `input` is checked. */
export function openNew(flow: Flow, now: number, input?: unknown, birth?: Birth): Unsaved {
  const change = begin(flow.machine, copyOf(input))
  const record = newRecord(flow, { status: 'active', value: change.live.value, context: undefined }, now)
  if (birth) record.birth = birth
  return fold({ flow, record, live: change.live, changed: false, ...nothing }, change, now)
}

/**
 * An existing session. `stored` may carry the live state if this process wrote the record with this flow. Throws
 * `newer_version` or `record_unreadable`; the stored record is untouched then.
 */
export function open(flow: Flow, stored: SessionRecord | Opened, now: number): Unsaved {
  if ('live' in stored && !stored.record.owing)
    return fireOverdue({ flow, record: stored.record, live: stored.live, changed: false, ...nothing }, now)
  const { moved, ...evolved } = evolve(flow, recordOf(stored), now)
  const here = { flow, changed: moved, ...nothing, ...evolved }
  const change = moved ? settle(flow.machine, here.live) : undefined
  return fireOverdue(reconcile(change ? fold(here, change, now) : here, now), now)
}

/** True if the session is over: its time is up, and what it owed is done, or would be had a worker seen to it. */
export function isExpired(flow: Flow, record: SessionRecord, now: number): boolean {
  if (now < record.expiresAt || isSpent(record, now)) return now >= record.expiresAt
  // A copy, because the machine may change a context in place.
  return isSpent(open(flow, structuredClone(record), now).record, now)
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
    const others = record.timers.filter((other) => other !== timer)
    const withTimers = (timers: Timer[]) => ({ ...unsaved, changed: true, record: { ...record, timers } })
    // An assign may edit the context in place before it, or another one, throws.
    const context: unknown = copyOf(live.context)
    try {
      const fired = advance(withTimers([...others, ...kept]), timer.event, { at: timer.dueAt })
      // As if a worker had been in time: what came at the end of a session can be seen for a while.
      refuseUnkeepable(fired)
      const expiresAt = expiryAfter(fired.flow, fired.record, { now: timer.dueAt, used: false })
      unsaved = { ...fired, record: { ...fired.record, expiresAt } }
    } catch (error) {
      if (!isDogearError(error) || error.code !== 'flow_failed') throw error
      // It must not keep the person from going on.
      const untouched = { ...live, context } as typeof live
      unsaved = { ...withTimers([...others, setAside(timer)]), live: untouched, failures: [...unsaved.failures, error] }
    }
  }
  const { flow, record } = unsaved
  if (now < record.expiresAt || !owes(record)) return unsaved
  // It goes on for as long as it owes something, and for a while after that.
  return { ...unsaved, record: { ...record, expiresAt: expiryAfter(flow, record, { now, used: false }) } }
}

/** Throws `flow_failed` for a context that could not be stored: the timer that made it would be in everybody's way. */
function refuseUnkeepable({ flow, live }: Unsaved): void {
  try {
    // Text that was cut in half is mended as it is stored.
    ownData(wellFormedCopyOf(live.context) ?? live.context, flow.maxBytes)
  } catch (cause) {
    throw new DogearError('flow_failed', 'a timer made a context that cannot be stored', { cause })
  }
}

/** True if a turn would have to fire more overdue timers than one may, before it does anything else. */
export const isBehind = ({ record, live }: Unsaved, now: number): boolean =>
  live.status === 'active' && nextDue(record.timers, now) !== undefined

type ViewOptions = {
  saved: boolean
  tag: string | null
  gone: Gone | null
  secretHash: string | undefined
}

/**
 * The view of a session, for the holder of a secret. `saved`: part of it is stored; `gone`: why it is not the session
 * the browser had.
 */
export function viewOf(
  { flow, record, live }: Shown,
  { saved = true, tag = null, gone = null, secretHash }: Partial<ViewOptions> = {},
): View {
  return toView(flow, live, {
    tag,
    key: record.birth?.key,
    gone,
    position: positionOf(record),
    saved,
    visited: record.visited,
    at: record.at,
    drafts: shownDrafts(flow, record),
    pending: pending(record.effects).map((effect) => effect.id),
    timers: waiting(record.timers).map(({ id, dueAt }) => ({ id, dueAt })),
    moved: movesIn(record.trail, secretHash === undefined ? undefined : deviceOf(record, secretHash)?.id),
    expiresAt: saved ? record.expiresAt : null,
  })
}

/** A draft of a step that the flow no longer has is kept, but there is no page to show it on. */
function shownDrafts({ chart, marks }: Flow, { drafts }: UnsavedRecord): View['drafts'] {
  const shown: Record<string, ViewDraft> = {}
  for (const step of Object.keys(drafts))
    if (chart.stepsById.has(step)) shown[step] = toViewDraft(drafts[step] as StepDraft, marks.secret)
  return shown
}
