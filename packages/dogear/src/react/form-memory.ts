// The memory of a form, as a pure reducer: how what its fields hold relates to what the session keeps of them.

import { comparePositions } from '../client/index.ts'
import type { Problem, View } from '../wire.ts'
import { type FieldValue, same, toField } from './form-values.ts'

/** Values on their way to a draft; null takes a field out. */
export type Values = Readonly<Record<string, FieldValue | null>>

export type Answers = Readonly<Record<string, unknown>>

/** What the session says about the step. `answers` undefined: the page does not tell them; `problem` is of its drafts. */
export type Seen = { view: View; answers: Answers | null | undefined; busy: boolean; problem: Problem | null }

/** What the fields hold, undefined for those never kept, with the names of those that nobody types into. */
export type Reading = {
  readonly values: ReadonlyMap<string, FieldValue | undefined>
  readonly hidden: ReadonlySet<string>
}

/** One field typed into here and changed elsewhere. */
export type FieldConflict = { readonly name: string; readonly mine: FieldValue; readonly theirs: FieldValue }

type Field = {
  /** What the session holds as far as this page knows, or will hold once what is on its way arrives. */
  readonly kept?: FieldValue | undefined
  /** To be sent, whatever is kept. */
  readonly unsaved?: boolean
  /** Typed into since the form was made or submitted. */
  readonly typed?: boolean
  readonly typedAt?: number | undefined
  readonly sending?: boolean
  /** Own values that the session may still show, oldest first: no change from elsewhere when they come back. */
  readonly sent?: readonly FieldValue[]
  /** The value from elsewhere that differs from what was typed here. */
  readonly theirs?: FieldValue | undefined
}

export type Memory = Reading & {
  readonly step: string
  readonly fields: ReadonlyMap<string, Field>
  /** How many saves have no answer yet. */
  readonly saving: number
  /** The values of a submission that has no answer yet. */
  readonly submission: Values | null
  readonly typedSinceSubmission: boolean
  /** The step was submitted elsewhere while something was typed here. */
  readonly submittedElsewhere: boolean
  readonly seen: Seen | null
  /** What came while an event of this page was under way, to be compared after it. */
  readonly waiting: Seen | null
  /** The fields that the last action gave another value, for the form to show. */
  readonly fill: ReadonlyMap<string, FieldValue>
  /** The last action made the fields outdated as a whole. */
  readonly renew: boolean
}

/** Each action may bring a fresh reading of the form. */
export type Action = { reading?: Reading } & (
  | { type: 'made'; typed: readonly string[] }
  | { type: 'read' }
  | { type: 'typed'; name: string; at: number }
  | { type: 'filled'; names: Iterable<string> }
  | { type: 'saving'; values: Values; leaving: boolean }
  /** The answer is final. `view`: what the session was after it. */
  | { type: 'saved'; values: Values; view: View | undefined }
  | { type: 'failed'; values: Values }
  | { type: 'arrived'; seen: Seen; at: number }
  | { type: 'submitted' }
  /** `view` undefined: the submission was refused, or nobody knows. */
  | { type: 'answered'; view: View | undefined; at: number }
  | { type: 'keepMine'; at: number }
  | { type: 'takeTheirs' }
)

// The copy that one run of the reducer fills in.
type Next = { -readonly [Key in keyof Memory]: Memory[Key] } & {
  fields: Map<string, Field>
  fill: Map<string, FieldValue>
}

export const newMemory = (step: string): Memory => ({
  step,
  values: new Map(),
  hidden: new Set(),
  fields: new Map(),
  saving: 0,
  submission: null,
  typedSinceSubmission: false,
  submittedElsewhere: false,
  seen: null,
  waiting: null,
  fill: new Map(),
  renew: false,
})

export function remember(memory: Memory, action: Action): Memory {
  const next: Next = { ...memory, ...action.reading, fields: new Map(memory.fields), fill: new Map(), renew: false }
  switch (action.type) {
    case 'made':
      next.fields.clear()
      next.submittedElsewhere = false
      for (const name of action.typed) change(next, name, { typed: true })
      break
    case 'typed':
      change(next, action.name, { typed: true, typedAt: action.at })
      next.typedSinceSubmission = true
      for (const [name, { theirs }] of next.fields)
        if (theirs !== undefined && same(theirs, shown(next, name))) agree(next, name)
      break
    case 'filled':
      for (const name of action.names) agree(next, name)
      break
    case 'saving':
      next.saving++
      for (const [name, value] of Object.entries(action.values)) {
        // Null for a field that the form still has comes from a submission and means that it was empty.
        const kept = value ?? (next.values.has(name) ? '' : undefined)
        const sent = [...(next.fields.get(name)?.sent ?? []), value ?? '']
        // What is sent to outlive the page need not be sent again.
        change(next, name, { kept, unsaved: false, sending: !action.leaving, sent })
      }
      break
    case 'saved':
    case 'failed':
      next.saving--
      for (const [name, value] of Object.entries(action.values)) ended(next, name, value, action)
      break
    case 'arrived':
      arrived(next, action.seen, action.at)
      break
    case 'submitted':
      next.typedSinceSubmission = false
      next.submission = submissionOf(next)
      break
    case 'answered':
      next.submission = next.waiting = null
      if (next.seen) next.seen = { ...next.seen, busy: false }
      if (action.view) accepted(next, memory, action.view)
      if (memory.waiting) arrived(next, { ...memory.waiting, busy: false }, action.at)
      break
    case 'keepMine':
      // A submission elsewhere has cleared the draft.
      for (const [name, { theirs }] of typedIn(next))
        if (next.submittedElsewhere || theirs !== undefined)
          change(next, name, { unsaved: true, typedAt: action.at, theirs: undefined })
      next.submittedElsewhere = false
      break
    case 'takeTheirs':
      for (const [name, { theirs }] of typedIn(next)) {
        if (theirs !== undefined) fillIn(next, name, theirs)
        else if (next.submittedElsewhere) {
          change(next, name, { typed: false })
          agree(next, name)
        }
      }
      next.submittedElsewhere = false
  }
  // A field that came later is no change.
  for (const [name, value] of next.values) {
    const { kept, typed, unsaved } = next.fields.get(name) ?? {}
    if (value !== undefined && kept === undefined && !typed && !unsaved && !next.hidden.has(name))
      change(next, name, { kept: value })
  }
  return next
}

/**
 * What is to be saved now, with the time at which the oldest of it was typed (`Infinity`: no time is known); null for nothing.
 * `leaving`: the page may be gone the next moment, which saves even what waits for an answer or for a decision.
 */
export function toSave(memory: Memory, leaving: boolean): { values: Values; typedAt: number } | null {
  const { values, hidden, fields } = memory
  if (!leaving && (memory.saving > 0 || memory.submission)) return null
  const found: Record<string, FieldValue | null> = {}
  for (const [name, value] of values) {
    const { kept, unsaved, sending, theirs } = fields.get(name) ?? {}
    const due = unsaved || !same(kept, value) || (leaving && sending)
    if (value !== undefined && due && (leaving || theirs === undefined)) found[name] = value
  }
  // With no field left, the page is showing something else: nobody took the fields out one by one.
  if (values.size > hidden.size)
    for (const [name, { kept, unsaved }] of fields) if (!values.has(name) && (unsaved || kept)) found[name] = null
  const names = Object.keys(found)
  // Hidden fields say what the others mean, and nothing by themselves.
  if (names.every((name) => hidden.has(name))) return null
  return {
    values: found,
    typedAt: Math.min(...names.map((name) => fields.get(name)?.typedAt ?? Number.POSITIVE_INFINITY)),
  }
}

/** What was typed here and differs from what the session got from elsewhere; null for nothing. */
export function conflictOf(memory: Memory): { fields: readonly FieldConflict[]; submitted: boolean } | null {
  const fields = typedIn(memory).flatMap(([name, { theirs }]) =>
    theirs === undefined ? [] : [{ name, mine: shown(memory, name) ?? '', theirs }],
  )
  const submitted = memory.submittedElsewhere
  return submitted || fields.length > 0 ? { fields, submitted } : null
}

/** What taking theirs takes out of the draft of a step that was submitted elsewhere; null where it was not. */
export function toTakeOut(memory: Memory): Values | null {
  if (!memory.submittedElsewhere) return null
  const mine = typedIn(memory).filter(([name]) => name in (draftIn(memory, memory.seen?.view) ?? {}))
  return Object.fromEntries(mine.map(([name]) => [name, null]))
}

const typedIn = ({ fields }: Memory): [string, Field][] => [...fields].filter(([, { typed }]) => typed)

/** What a field shows that people type into. */
const shown = ({ values, hidden }: Reading, name: string): FieldValue | undefined =>
  hidden.has(name) ? undefined : values.get(name)

const draftIn = ({ step }: Memory, view: View | undefined): Answers | undefined => view?.drafts[step]?.values

function submissionOf({ values }: Reading): Values {
  const kept = [...values].filter(([, value]) => value !== undefined)
  return Object.fromEntries(kept.map(([name, value]) => [name, value || null])) as Values
}

function change(next: Next, name: string, to: Field): void {
  next.fields.set(name, { ...next.fields.get(name), ...to })
}

function agree(next: Next, name: string): void {
  change(next, name, { kept: shown(next, name), unsaved: false, theirs: undefined })
}

function fillIn(next: Next, name: string, value: FieldValue): void {
  next.fill.set(name, value)
  next.values = new Map(next.values).set(name, value)
  change(next, name, { typed: false })
  agree(next, name)
}

/** Takes in what the session holds of a field; `own`: a value of this page that comes back is no change from elsewhere. */
function takeIn(next: Next, name: string, value: FieldValue, own: boolean): void {
  if (same(value, shown(next, name))) agree(next, name)
  else if (next.fields.get(name)?.typed) change(next, name, { theirs: own ? undefined : value })
  else fillIn(next, name, value)
}

const wasSent = ({ fields }: Next, name: string, value: FieldValue): boolean =>
  (fields.get(name)?.sent ?? []).some((one) => same(one, value))

function ended(next: Next, name: string, value: FieldValue | null, action: Action): void {
  // The field was made anew or submitted since.
  if (!wasSent(next, name, value ?? '')) return
  const { kept, sent = [] } = next.fields.get(name) as Field
  change(next, name, { sending: false })
  if (action.type !== 'saved') {
    // Nobody knows what the session holds now. What a refused submission left empty counts as known all the same: to send it again
    // would take back what is wrong with it.
    if (value !== null || kept === undefined) change(next, name, { unsaved: true })
    return
  }
  const mine = value ?? ''
  const draft = draftIn(next, action.view) ?? {}
  const theirs = toField(draft[name])
  // Older values cannot come back any more.
  change(next, name, { sent: sent.slice(sent.findLastIndex((one) => same(one, mine))) })
  if (!(name in draft)) return
  // A value that was typed later elsewhere has won.
  if (!same(theirs, mine)) takeIn(next, name, theirs, wasSent(next, name, theirs))
  // It may have replaced what was agreed on while it was under way.
  else if (same(sent.at(-1), mine)) change(next, name, { kept: mine })
}

function accepted(next: Next, { submission, fields }: Memory, view: View): void {
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

function arrived(next: Next, seen: Seen, at: number): void {
  const { seen: before, waiting, submission } = next
  const sameSession = before?.view.tag === seen.view.tag
  const order = before && sameSession ? comparePositions(seen.view, before.view) : 1
  // Where the session went is for the page to say. When it is taken back, it goes on from here.
  if (seen.view.gone || order < 0) return
  const news = before && order > 0
  next.waiting = news && (submission || seen.busy) ? seen : null
  if (next.waiting) return
  // What was submitted may come back the way the server has read it, which is no news.
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

/** Another session took the place of the one this form was begun in: all it holds is somebody's, and nothing of it goes. */
function keepWhole(next: Next, name: string, theirs: FieldValue | undefined, typedAt: number): void {
  if (same(theirs, shown(next, name))) agree(next, name)
  else change(next, name, { typed: true, typedAt, unsaved: true, theirs })
}
