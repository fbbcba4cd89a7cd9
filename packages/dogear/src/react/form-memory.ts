// The memory of a form, as a pure reducer: how what its fields hold relates to what the session keeps of them.

import type { View } from '../wire.ts'
import { accepted, arrived, ended } from './form-arrivals.ts'
import {
  agree,
  change,
  draftIn,
  type FieldConflict,
  fillIn,
  type Memory,
  type Next,
  type Reading,
  type Seen,
  shown,
  typedIn,
  type Values,
} from './form-state.ts'
import { type FieldValue, same } from './form-values.ts'

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
        // A request that outlives the page need not be sent again.
        change(next, name, { kept, unsaved: false, sending: !action.leaving, sent })
      }
      break
    case 'saved':
    case 'failed':
      next.saving--
      for (const [name, value] of Object.entries(action.values))
        ended(next, name, { value, view: action.type === 'saved' ? action.view : null })
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
 * The values to be saved now, with the time at which the oldest of it was typed (`Infinity`: no time is known); null
 * for nothing. `leaving`: the page may be gone the next moment, which saves even what waits for an answer or for a
 * decision.
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

/** The typed values that differ from those the session got from elsewhere; null for none. */
export function conflictOf(memory: Memory): { fields: readonly FieldConflict[]; submitted: boolean } | null {
  const fields = typedIn(memory).flatMap(([name, { theirs }]) =>
    theirs === undefined ? [] : [{ name, mine: shown(memory, name) ?? '', theirs }],
  )
  const submitted = memory.submittedElsewhere
  return submitted || fields.length > 0 ? { fields, submitted } : null
}

/**
 * The fields that taking theirs takes out of the draft of a step that was submitted elsewhere; null where it was not.
 */
export function toTakeOut(memory: Memory): Values | null {
  if (!memory.submittedElsewhere) return null
  const mine = typedIn(memory).filter(([name]) => name in (draftIn(memory, memory.seen?.view) ?? {}))
  return Object.fromEntries(mine.map(([name]) => [name, null]))
}

function submissionOf({ values }: Reading): Values {
  const kept = [...values].filter(([, value]) => value !== undefined)
  return Object.fromEntries(kept.map(([name, value]) => [name, value || null])) as Values
}
