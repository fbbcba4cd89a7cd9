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
  type Known,
  type Memory,
  type Next,
  type Seen,
  shown,
  typedIn,
} from './form-state.ts'
import { formDraft, same, toField, valuesIn } from './form-values.ts'

// No clock shows a later time.
const forever = 9e15

/**
 * Takes in what the session holds of a field. A value of this page that comes back is no change from elsewhere. In a
 * `draft` the later typing wins, so nobody is asked about a field that is saved and left.
 */
function takeIn(next: Next, name: string, held: unknown, draft?: boolean): void {
  const { kept, typedAt, sent, sentAt } = next.fields.get(name) ?? {}
  const mine = shown(next, name)
  const value = toField(held)
  if (mine === undefined) return
  const isLeft = draft && sentAt === typedAt && name !== next.editing && !next.submitted
  if (same(value, mine)) agree(next, name)
  else if (!typedAt || (isLeft && same(kept, mine))) fillIn(next, name, value)
  // The answer to the next save of a field that is left will tell.
  else if (!isLeft && !same(kept, value))
    change(next, name, { kept: value, theirs: sent?.some((one) => same(one, value)) ? undefined : value })
}

/** A save has an answer, which says of each of its fields what became of it. */
export function ended(next: Next, { values, typedAt, left }: Due & { left?: Left | undefined }): void {
  next.saving--
  for (const name in values) {
    const { sent = [], sentAt } = next.fields.get(name) ?? {}
    const mine = values[name] ?? ''
    const how = left?.[name]
    // The field was made anew, submitted or sent again since.
    if (!same(sent.at(-1), mine) || sentAt !== typedAt[name]) continue
    change(next, name, {
      kept: how ? null : afterSave(next, name, values[name]),
      refused: how === 'refused' ? mine : undefined,
      // Older values cannot come back any more.
      sent: how ? sent : [],
    })
  }
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

export function arrived(next: Next, seen: Seen, at: number): void {
  const { seen: before, waiting } = next
  const rewound = before !== null && seen.rewound && isRewound(seen.view, before.view)
  // Negative for a view that is older than the one seen before; 0 for the same.
  const order = !rewound && before?.view.tag === seen.view.tag ? comparePositions(seen.view, before.view) : 1
  // The page says where the session went. When it is taken back, the form goes on from here.
  if (seen.view.gone || order < 0) return
  const busy = next.submission || seen.busy
  if (busy) next.waiting = seen
  // A view that comes while values are on their way is passed over: their answer brings a later one.
  if (before && (busy || next.saving)) return
  next.waiting = busy ? seen : null
  next.seen = seen
  if (before) compare(next, before, { ...seen, rewound, own: waiting !== null, order, at })
}

/** `own`: an event of this page has changed the session, and its answers are no news. */
function compare(
  next: Next,
  before: Known,
  { view, answers, problem, rewound, own, order, at }: Seen & { own: boolean; order: number; at: number },
) {
  const draft = draftIn(next, view)
  const anyTyped = typedIn(next).length > 0
  const tag = before.view.tag
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
    // This page takes a refused value out of the draft itself. At the same position only the server's reading of the
    // submitted values can differ.
    const known = order > 0 && answers !== undefined && !problem?.issues?.some(({ path }) => path[0] === name)
    // The values of a draft are compared with those that this page believes it holds.
    const value = toField(is[name])
    const isNews =
      (!rewound && name in draft && !same(next.fields.get(name)?.kept ?? value, value)) ||
      ((known || name in draft) && !same(value, toField(was[name])))
    if (isNews) takeIn(next, name, is[name], name in draft)
  }
  // The page shows the answers by what it gives the fields to begin with.
  if (others && !anyTyped) next.renew = changed && answers === undefined
}
