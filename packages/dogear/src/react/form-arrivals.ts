// The changes that come from the session: arrived views, ended saves, accepted submissions.

import { comparePositions, isRewound } from '../client/index.ts'
import type { View } from '../wire.ts'
import {
  type Answers,
  afterSave,
  agree,
  change,
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
import { type FieldValue, same, toField } from './form-values.ts'

/** Takes in what the session holds of a field. A value of this page that comes back is no change from elsewhere. */
function takeIn(next: Next, name: string, value: FieldValue): void {
  const { typedAt, sent } = next.fields.get(name) ?? {}
  const mine = shown(next, name)
  if (mine === undefined) return
  if (same(value, mine)) agree(next, name)
  else if (typedAt === undefined) fillIn(next, name, value)
  else change(next, name, { theirs: sent?.some((one) => same(one, value)) ? undefined : value })
}

type Ended = { value: FieldValue | null; view: View | undefined; left: 'lost' | 'refused' | undefined }

/** A save of `value` has an answer. */
export function ended(next: Next, name: string, { value, view, left }: Ended): void {
  const { sent = [] } = next.fields.get(name) ?? {}
  const mine = value ?? ''
  const at = sent.findLastIndex((one) => same(one, mine))
  // The field was made anew or submitted since.
  if (at < 0) return
  // The page may have seen a later state of the session, which says more than this answer.
  const late = view && orderOf(next.seen, view) < 0
  if (at === sent.length - 1 && !late)
    change(
      next,
      name,
      left ? { kept: null, refused: left === 'refused' ? mine : undefined } : { kept: afterSave(next, name, value) },
    )
  if (left === 'lost') return
  const draft = draftIn(next, late ? next.seen?.view : view)
  // A value that was typed later elsewhere has won.
  const overtaken = name in draft && !same(toField(draft[name]), mine)
  // Older values cannot come back any more, nor one that was overtaken.
  change(next, name, { sent: sent.slice(overtaken ? at + 1 : at) })
  if (overtaken && !late) takeIn(next, name, toField(draft[name]))
}

/** The submission was applied, which led to `view`. */
export function accepted(next: Next, { submission, fields }: Memory, view: View): void {
  next.fields = new Map()
  next.submitted = false
  for (const [name, value] of Object.entries(submission ?? {})) {
    const kept = value ?? ''
    const { typedAt = Number.MAX_VALUE, ...field } = fields.get(name) ?? {}
    change(next, name, same(kept, next.values.get(name)) ? { kept } : { ...field, typedAt, kept, theirs: undefined })
  }
  next.seen = { view, answers: submission }
  // The submission has cleared the draft: what is in it was typed after it.
  for (const [name, value] of Object.entries(draftIn(next, view))) takeIn(next, name, toField(value))
}

/** Negative for a view that is older than what was seen before; 0 for the same. */
function orderOf(before: Known | null, view: View): number {
  return before?.view.tag === view.tag ? comparePositions(view, before.view) : 1
}

export function arrived(next: Next, seen: Seen, at: number): void {
  const { seen: before, waiting } = next
  const rewound = before && seen.rewound && isRewound(seen.view, before.view)
  const order = rewound ? 1 : orderOf(before, seen.view)
  // The page says where the session went. When it is taken back, the form goes on from here.
  if (seen.view.gone || order < 0) return
  next.waiting = next.submission || seen.busy ? seen : null
  if (before && next.waiting) return
  next.seen = seen
  // At the same position only the server's reading of the submitted values can differ, which is no news.
  if (before && order > 0) compare(next, before, { ...seen, rewound: rewound === true, own: waiting !== null, at })
}

/** `own`: an event of this page has changed the session, and its answers are no news. */
function compare(
  next: Next,
  before: Known,
  { view, answers, problem, rewound, own, at }: Seen & { own: boolean; at: number },
) {
  const { step } = next
  const draft = draftIn(next, view)
  const anyTyped = typedIn(next).length > 0
  const { tag } = before.view
  const replaced = rewound || (anyTyped && !own && tag !== null && tag !== view.tag)
  // All that the form holds may have been typed in the session before, or be lost there, so none of it is overwritten.
  for (const name of replaced ? next.values.keys() : [])
    if (shown(next, name)) change(next, name, { kept: null, typedAt: at, theirs: undefined })
  // Under a draft that was lost lies the answer that was there before it, which is no news.
  const beneath = own ? answers : before.answers
  const drafted = replaced ? {} : draftIn(next, before.view)
  const been = replaced ? {} : valuesIn(next, { view: before.view, answers: beneath })
  const was: Answers = rewound ? { ...beneath } : been
  const is = valuesIn(next, { view, answers })
  for (const name of Object.keys({ ...was, ...is })) {
    const value = toField(is[name])
    // This page takes a refused value out of the draft itself.
    const known = name in draft || (answers !== undefined && !problem?.issues?.some(({ path }) => path[0] === name))
    // A field that was emptied elsewhere, or typed as it was before, is news for a page that has not heard of it.
    const isNews = (!rewound && name in draft && !(name in drafted)) || !same(value, toField(was[name]))
    if (known && isNews) takeIn(next, name, value)
  }
  if (own || rewound) return
  const changed = !same(view.context, before.view.context)
  const moved = changed && before.view.step === step && view.step !== step
  const cleared = formDraft(next, before.view) !== undefined && formDraft(next, view) === undefined
  if (anyTyped) next.submitted = !replaced && (next.submitted || moved || cleared)
  // The page shows the answers by what it gives the fields to begin with.
  else next.renew = changed && answers === undefined
}
