// The memory of a form as a pure reducer: how the values of its fields relate to those in the session.

import type { Left } from '../client/index.ts'
import type { View } from '../wire.ts'
import { accepted, arrived, ended } from './form-arrivals.ts'
import {
  afterSave,
  agree,
  change,
  type Due,
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

export type Action =
  | { type: 'made'; typed: readonly string[] }
  | { type: 'read' }
  | { type: 'typed'; name: string }
  | ({ type: 'saving'; leaving: boolean } & Due)
  /** `left`: the values that are not saved. */
  | ({ type: 'saved'; left?: Left | undefined } & Due)
  | { type: 'arrived'; seen: Seen }
  | { type: 'submitted' }
  /** `view` undefined: the submission was refused, or its outcome is unknown. */
  | { type: 'answered'; view: View | undefined }
  | { type: 'keepMine' | 'takeTheirs' }

/** `at` is the time of the action; `reading` the form at that time, by default as it was read last. */
type Moment = { at: number; reading?: Reading | undefined }

export function remember(memory: Memory, action: Action, { at, reading }: Moment): Memory {
  const next: Next = { ...memory, ...reading, fields: new Map(memory.fields), fill: new Map(), renew: false }
  const { values } = next
  switch (action.type) {
    case 'made':
      next.fields.clear()
      next.submitted = false
      for (const name of action.typed) change(next, name, { typedAt: at })
      break
    case 'typed':
      change(next, action.name, { typedAt: at })
      // A submission on its way may have another value taken in the end.
      if (next.submission) change(next, action.name, { kept: null })
      next.typed = true
      break
    case 'saving':
      next.saving++
      for (const name in action.values) {
        const value = action.values[name]
        const { sent = [] } = next.fields.get(name) ?? {}
        change(next, name, {
          // Only a request that outlives the page counts as received.
          kept: action.leaving ? afterSave(next, name, value) : null,
          sent: [...sent, value ?? ''],
          sentAt: action.typedAt[name],
          refused: undefined,
        })
      }
      break
    case 'saved':
      ended(next, action)
      break
    case 'arrived':
      arrived(next, action.seen, at)
      break
    case 'submitted':
      next.typed = false
      next.submission = Object.fromEntries([...values].filter(([, value]) => value !== undefined)) as Values
      break
    case 'answered':
      next.submission = next.waiting = null
      if (action.view) accepted(next, memory, action.view)
      if (memory.waiting) arrived(next, { ...memory.waiting, busy: false }, at)
      break
    case 'keepMine':
    case 'takeTheirs':
      for (const [name, { theirs }] of typedIn(next)) {
        // A submission elsewhere has cleared the draft.
        if (theirs === undefined && !next.submitted) continue
        if (action.type === 'keepMine') change(next, name, { kept: null, typedAt: at, theirs: undefined })
        else fillIn(next, name, theirs ?? shown(next, name) ?? '')
      }
      // To the server a decision is news, also after a submission of the same values that may have been applied.
      next.typed = true
      next.submitted = false
  }
  for (const name of next.values.keys()) {
    const value = shown(next, name)
    const { kept, typedAt, theirs } = next.fields.get(name) ?? {}
    // A field may be unable to show what it was given. One that came later is no change.
    const settled = memory.fill.has(name) || same(value, theirs) || (kept === undefined && !typedAt)
    if (value !== undefined && settled) agree(next, name)
  }
  return next
}

/**
 * The values to save now; null for none. `leaving`: the page may be gone the
 * next moment, so values that wait for an answer or a decision are saved too.
 */
export function toSave(memory: Memory, leaving: boolean): Due | null {
  const { values, hidden, fields } = memory
  if (!leaving && (memory.saving > 0 || memory.submission)) return null
  const found: Record<string, FieldValue | null> = {}
  for (const [name, value] of values) {
    const { kept, theirs, refused } = fields.get(name) ?? {}
    if (value === undefined || same(kept, value) || same(refused, value)) continue
    if (leaving || theirs === undefined) found[name] = value
  }
  // With no field left, the page is showing something else: nobody took the fields out one by one.
  if (values.size > hidden.size)
    for (const [name, { kept }] of fields) if (!values.has(name) && (kept || kept === null)) found[name] = null
  const names = Object.keys(found)
  // Hidden fields say what the others mean, and nothing by themselves.
  if (names.every((name) => hidden.has(name))) return null
  return { values: found, typedAt: Object.fromEntries(names.map((name) => [name, fields.get(name)?.typedAt])) }
}

/** The typed values that differ from those the session got from elsewhere; null for none. */
export function conflictOf(memory: Memory): { fields: readonly FieldConflict[]; submitted: boolean } | null {
  const fields = typedIn(memory).flatMap(([name, { theirs }]) =>
    theirs === undefined ? [] : [{ name, mine: shown(memory, name) ?? '', theirs }],
  )
  const { submitted } = memory
  return submitted || fields[0] ? { fields, submitted } : null
}

/** The fields that `takeTheirs` removes from the draft of a step submitted elsewhere; null if it was not. */
export function toTakeOut(memory: Memory): Values | null {
  return memory.submitted ? Object.fromEntries(typedIn(memory).map(([name]) => [name, null])) : null
}
