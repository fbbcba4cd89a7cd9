// The compact form of drafts: the times of the fields as a list, in the order of the fields.

import type { SessionRecord } from '../turn/record.ts'
import type { FormDraft } from '../wire.ts'
import { numberReader, putVarint, startWriting, toSigned, toUnsigned, written } from './numbers.ts'

type Drafts = SessionRecord['drafts']

/**
 * The draft of one form. `removed`: fields without a value whose time is known. `times`: one for each of `values`, then
 * of `removed`; none if no time is known.
 */
type PackedForm = [
  values: FormDraft['values'],
  issues: FormDraft['issues'],
  removed: readonly string[],
  times: Uint8Array | null,
  whole?: 1,
]
/** By step, then by the event type of the form; '' holds the values of no named form. */
export type PackedDrafts = Readonly<Record<string, Readonly<Record<string, PackedForm>>>>

/** Drafts as lists. Times are relative to `updatedAt`. */
export function packDrafts(drafts: Drafts, updatedAt: number): PackedDrafts {
  return mapped(drafts, ({ forms, ...top }) => mapped({ '': top, ...forms }, (draft) => packForm(draft, updatedAt)))
}

function packForm({ values, issues, at, whole }: FormDraft, updatedAt: number): PackedForm {
  const removed = Object.keys(at ?? {}).filter((name) => !Object.hasOwn(values, name))
  startWriting()
  for (const name of at ? [...Object.keys(values), ...removed] : []) {
    const time = at && Object.hasOwn(at, name) ? at[name] : undefined
    // 0 means that the time is unknown.
    putVarint(time === undefined ? 0 : 1 + toUnsigned(updatedAt - time))
  }
  const packed: PackedForm = [values, issues, removed, at ? written() : null]
  if (whole) packed.push(1)
  return packed
}

export function unpackDrafts(drafts: PackedDrafts, updatedAt: number): Drafts {
  return mapped(drafts, ({ '': top, ...forms }): Drafts[string] => {
    if (!top) throw new TypeError('a draft is missing')
    const loose = unpackForm(top, updatedAt)
    if (Object.keys(forms).length === 0) return loose
    return { ...loose, forms: mapped(forms, (form) => unpackForm(form, updatedAt)) }
  })
}

function unpackForm([values, issues, removed, times, whole]: PackedForm, updatedAt: number): FormDraft {
  const at = times && timesIn(times, [...Object.keys(values), ...removed], updatedAt)
  return { values, issues, ...(at && { at }), ...(whole && { whole: true }) }
}

function timesIn(times: Uint8Array, names: readonly string[], updatedAt: number): Record<string, number> {
  const reader = numberReader(times)
  const at = names.flatMap((name) => {
    const time = reader.varint()
    return time === 0 ? [] : [[name, updatedAt - toSigned(time - 1)] as const]
  })
  return Object.fromEntries(at)
}

function mapped<From, To>(all: Readonly<Record<string, From>>, change: (one: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(all).map(([name, one]) => [name, change(one)]))
}
