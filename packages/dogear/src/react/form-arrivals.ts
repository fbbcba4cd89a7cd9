// The news from the session: arrived views, ended saves, accepted submissions.

import { comparePositions } from '../client/index.ts'
import type { View } from '../wire.ts'
import {
  type Answers,
  agree,
  change,
  draftIn,
  type Field,
  fillIn,
  type Memory,
  type Next,
  type Seen,
  shown,
  typedIn,
} from './form-state.ts'
import { type FieldValue, same, toField } from './form-values.ts'

/**
 * Takes in what the session holds of a field; `own`: a value of this page that comes back is no change from elsewhere.
 */
function takeIn(next: Next, name: string, value: FieldValue, own: boolean): void {
  if (same(value, shown(next, name))) agree(next, name)
  else if (next.fields.get(name)?.typed) change(next, name, { theirs: own ? undefined : value })
  else fillIn(next, name, value)
}

const wasSent = ({ fields }: Next, name: string, value: FieldValue): boolean =>
  (fields.get(name)?.sent ?? []).some((one) => same(one, value))

/** A save of `value` has an answer: `view` is the session after it, null that nobody knows what became of it. */
export function ended(
  next: Next,
  name: string,
  { value, view }: { value: FieldValue | null; view: View | null | undefined },
): void {
  // The field was made anew or submitted since.
  if (!wasSent(next, name, value ?? '')) return
  const { kept, sent = [] } = next.fields.get(name) as Field
  change(next, name, { sending: false })
  if (view === null) {
    // Nobody knows what the session holds now. A field that a refused submission left empty counts as known all the
    // same: to send it again would take back what is wrong with it.
    if (value !== null || kept === undefined) change(next, name, { unsaved: true })
    return
  }
  const mine = value ?? ''
  const draft = draftIn(next, view) ?? {}
  const theirs = toField(draft[name])
  // Older values cannot come back any more.
  change(next, name, { sent: sent.slice(sent.findLastIndex((one) => same(one, mine))) })
  if (!(name in draft)) return
  // A value that was typed later elsewhere has won.
  if (!same(theirs, mine)) takeIn(next, name, theirs, wasSent(next, name, theirs))
  // It may have replaced what was agreed on while it was under way.
  else if (same(sent.at(-1), mine)) change(next, name, { kept: mine })
}

/** The submission was applied, which led to `view`. */
export function accepted(next: Next, { submission, fields }: Memory, view: View): void {
  next.fields = new Map()
  next.submittedElsewhere = false
  for (const [name, value] of Object.entries(submission ?? {})) {
    const kept = value ?? ''
    const typed = !same(kept, next.values.get(name))
    change(next, name, typed ? { ...fields.get(name), kept, unsaved: false, theirs: undefined, typed } : { kept })
  }
  next.seen = { view, answers: submission, busy: false, problem: null }
  // The submission has cleared the draft: what is in it was typed after it.
  for (const [name, value] of Object.entries(draftIn(next, view) ?? {}))
    if (shown(next, name) !== undefined) takeIn(next, name, toField(value), wasSent(next, name, toField(value)))
}

export function arrived(next: Next, seen: Seen, at: number): void {
  const { seen: before, waiting, submission } = next
  const sameSession = before?.view.tag === seen.view.tag
  const order = before && sameSession ? comparePositions(seen.view, before.view) : 1
  // Where the session went is for the page to say. When it is taken back, it goes on from here.
  if (seen.view.gone || order < 0) return
  const news = before && order > 0
  next.waiting = news && (submission || seen.busy) ? seen : null
  if (next.waiting) return
  // The submitted values may come back the way the server has read them, which is no news.
  next.seen = seen
  if (news) compare(next, before, { ...seen, own: before.busy || waiting !== null, at })
}

/** `own`: an event of this page has changed the session, and its answers are no news. */
function compare(next: Next, before: Seen, seen: Seen & { own: boolean; at: number }): void {
  const { view, answers, own } = seen
  const valuesOf = (of: View, submitted: Seen['answers']): Answers => ({ ...submitted, ...draftIn(next, of) })
  const was = valuesOf(before.view, own ? answers : before.answers)
  const is = valuesOf(view, answers)
  const names = Object.keys({ ...was, ...is }).filter((name) => shown(next, name) !== undefined)
  const anyTyped = typedIn(next).length > 0
  const sameSession = before.view.tag === null || view.tag === before.view.tag
  if (!sameSession && anyTyped && !own) {
    for (const name of names) keepWhole(next, name, name in is ? toField(is[name]) : undefined, seen.at)
    next.submittedElsewhere = false
    return
  }
  for (const name of names) {
    const value = toField(is[name])
    const untold = answers === undefined && !(name in is)
    if (untold || same(value, toField(was[name]))) continue
    // In no draft because this page has taken it out, for what it holds now.
    const refused = !(name in (draftIn(next, view) ?? {})) && seen.problem?.issues?.some(({ path }) => path[0] === name)
    takeIn(next, name, value, refused || wasSent(next, name, value))
  }
  if (own) return
  const changed = !same(view.context, before.view.context)
  const moved = changed && before.view.step === next.step && view.step !== next.step
  const cleared = draftIn(next, before.view) !== undefined && draftIn(next, view) === undefined
  if (anyTyped) next.submittedElsewhere ||= sameSession && (moved || cleared)
  // The page shows the answers by what it gives the fields to begin with.
  else next.renew = changed && answers === undefined
}

/**
 * Another session took the place of the one this form was begun in: all it holds is somebody's, and nothing of it goes.
 */
function keepWhole(next: Next, name: string, theirs: FieldValue | undefined, typedAt: number): void {
  if (same(theirs, shown(next, name))) agree(next, name)
  else change(next, name, { typed: true, typedAt, unsaved: true, theirs })
}
