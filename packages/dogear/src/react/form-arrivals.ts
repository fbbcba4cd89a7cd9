// The changes that come from the session: arrived views, ended saves, accepted submissions.

import { comparePositions, isRewound, type Left } from '../client/index.ts'
import type { View } from '../wire.ts'
import {
  afterSave,
  agree,
  change,
  type Due,
  draftIn,
  fillIn,
  formDraft,
  type Known,
  type Memory,
  type Next,
  type Seen,
  shown,
  typedIn,
  valuesIn,
} from './form-state.ts'
import { same, toField } from './form-values.ts'

// No clock shows a later time.
const forever = 9e15

/** True for a field that was sent as it is, and in which nobody is typing. */
function isLeft({ fields, editing, submitted }: Next, name: string): boolean {
  const { typedAt, sentAt } = fields.get(name) ?? {}
  return sentAt === typedAt && name !== editing && !submitted
}

/**
 * Takes in what the session holds of a field. A value of this page that comes back is no change from elsewhere. In a
 * draft the later typing wins, so nobody is asked about a field that is left: the answer to its save will tell, and
 * once it is `saved` the value from elsewhere is the later one. `saved` undefined: the value was submitted.
 */
function takeIn(next: Next, name: string, held: unknown, saved?: boolean): void {
  const { kept, typedAt, sent } = next.fields.get(name) ?? {}
  const mine = shown(next, name)
  const value = toField(held)
  if (mine === undefined) return
  const left = saved !== undefined && isLeft(next, name)
  if (same(value, mine)) agree(next, name)
  else if (!typedAt || (left && saved && same(kept, mine))) fillIn(next, name, value)
  else if (!left && !same(kept, value))
    change(next, name, { kept: value, theirs: sent?.some((one) => same(one, value)) ? undefined : value })
}

type Ended = Due & { view: View | undefined; left?: Left | undefined }

/** A save has an answer, which says of each of its fields what became of it. */
export function ended(next: Next, { values, typedAt, view, left }: Ended): void {
  next.saving--
  const { seen } = next
  // The page may have seen a later state of the session, which says more than this answer.
  const now = view && orderOf(seen, view) >= 0 ? view : seen?.view
  const draft = draftIn(next, now)
  for (const name in values) {
    const { sent = [], sentAt } = next.fields.get(name) ?? {}
    const value = values[name]
    const mine = value ?? ''
    const how = left?.[name]
    const at = sent.findLastIndex((one) => same(one, mine))
    // The field was made anew or submitted since.
    if (at < 0) continue
    const isLast = at === sent.length - 1 && sentAt === typedAt[name]
    if (isLast && (how || now === view))
      change(next, name, {
        kept: how ? null : afterSave(next, name, value),
        refused: how === 'refused' ? mine : undefined,
      })
    // A value that was typed later elsewhere has won.
    const overtaken = name in draft && !same(toField(draft[name]), mine)
    // Older values cannot come back any more, nor one that was overtaken.
    if (how !== 'lost') change(next, name, { sent: sent.slice(overtaken ? at + 1 : at) })
  }
  // What came for another field meanwhile has waited for this answer. What lies over a submission, or is about to lie
  // under one, is taken in with its outcome.
  if (!next.submission && now?.step === seen?.view.step)
    for (const name in draft) if (!left?.[name]) takeIn(next, name, draft[name], !next.saving)
}

/** The submission was applied, which led to `view`. */
export function accepted(next: Next, { submission, fields }: Memory, view: View): void {
  next.fields = new Map()
  next.submitted = false
  for (const [name, value] of Object.entries(submission ?? {})) {
    const kept = value ?? ''
    const { typedAt = forever, ...field } = fields.get(name) ?? {}
    change(next, name, same(kept, next.values.get(name)) ? { kept } : { ...field, typedAt, kept, theirs: undefined })
  }
  next.seen = { view, answers: submission }
  // The submission has cleared the draft: what is in it was typed after it.
  const draft = draftIn(next, view)
  for (const name in draft) takeIn(next, name, draft[name])
}

/** Negative for a view that is older than what was seen before; 0 for the same. */
function orderOf(before: Known | null, view: View): number {
  return before?.view.tag === view.tag ? comparePositions(view, before.view) : 1
}

export function arrived(next: Next, seen: Seen, at: number): void {
  const { seen: before, waiting } = next
  const rewound = before !== null && seen.rewound && isRewound(seen.view, before.view)
  const order = rewound ? 1 : orderOf(before, seen.view)
  // The page says where the session went. When it is taken back, the form goes on from here.
  if (seen.view.gone || order < 0) return
  next.waiting = next.submission || seen.busy ? seen : null
  if (before && next.waiting) return
  next.seen = seen
  // At the same position only the server's reading of the submitted values can differ, which is no news.
  if (before && order > 0) compare(next, before, { ...seen, rewound, own: waiting !== null, at })
}

/** `own`: an event of this page has changed the session, and its answers are no news. */
function compare(
  next: Next,
  before: Known,
  { view, answers, problem, rewound, own, at }: Seen & { own: boolean; at: number },
) {
  const draft = draftIn(next, view)
  const anyTyped = typedIn(next).length > 0
  const { tag } = before.view
  const replaced = rewound || (anyTyped && !own && tag !== null && tag !== view.tag)
  // All that the form holds may have been typed in the session before, or be lost there, so none of it is overwritten.
  for (const name of replaced ? next.values.keys() : [])
    if (shown(next, name)) change(next, name, { kept: null, typedAt: at, theirs: undefined })
  const past = replaced ? { ...before.view, drafts: {} } : before.view
  // Under a draft that was lost lies the answer that was there before it, which is no news.
  const beneath = own ? answers : before.answers
  const was = valuesIn(next, { view: past, answers: replaced && !rewound ? null : beneath })
  const is = valuesIn(next, { view, answers })
  const changed = !same(view.context, before.view.context)
  const moved = changed && before.view.step === next.step && view.step !== next.step
  const cleared = !formDraft(next, view) && formDraft(next, past) !== undefined
  const others = !own && !rewound
  if (others && anyTyped) next.submitted = !replaced && (next.submitted || moved || cleared)
  for (const name in { ...was, ...is }) {
    // This page takes a refused value out of the draft itself.
    const known = name in draft || (answers !== undefined && !problem?.issues?.some(({ path }) => path[0] === name))
    // A field that was emptied elsewhere, or typed as it was before, is news for a page that has not heard of it.
    const isNews =
      (!rewound && name in draft && !(name in draftIn(next, past))) || !same(toField(is[name]), toField(was[name]))
    if (known && isNews) takeIn(next, name, is[name], name in draft ? next.saving === 0 : undefined)
  }
  // The page shows the answers by what it gives the fields to begin with.
  if (others && !anyTyped) next.renew = changed && answers === undefined
}
