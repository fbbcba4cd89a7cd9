// The compact form of drafts: the times of the fields as a list, in the order of the fields.

import type { SessionRecord } from '../turn/record.ts'
import { numberReader, putVarint, startWriting, toSigned, toUnsigned, written } from './numbers.ts'

type Drafts = SessionRecord['drafts']
type Draft = Drafts[string]

/** `removed`: fields without a value whose time is known. `times`: one for each of `values`, then of `removed`. */
type PackedDraft = [values: Draft['values'], issues: Draft['issues'], removed?: readonly string[], times?: Uint8Array]
export type PackedDrafts = Readonly<Record<string, PackedDraft>>

/** Drafts as lists. Times are relative to `updatedAt`. */
export function packDrafts(drafts: Drafts, updatedAt: number): PackedDrafts {
  return mapped(drafts, ({ values, issues, at }) => {
    if (!at) return [values, issues]
    const removed = Object.keys(at).filter((name) => !Object.hasOwn(values, name))
    startWriting()
    for (const name of [...Object.keys(values), ...removed]) {
      const time = Object.hasOwn(at, name) ? at[name] : undefined
      // 0 means that the time is unknown.
      putVarint(time === undefined ? 0 : 1 + toUnsigned(updatedAt - time))
    }
    return [values, issues, removed, written()]
  })
}

export function unpackDrafts(drafts: PackedDrafts, updatedAt: number): Drafts {
  return mapped(drafts, ([values, issues, removed, times]): Draft => {
    if (!removed || !times) return { values, issues }
    const reader = numberReader(times)
    const at = [...Object.keys(values), ...removed].flatMap((name) => {
      const time = reader.varint()
      return time === 0 ? [] : [[name, updatedAt - toSigned(time - 1)] as const]
    })
    return { values, issues, at: Object.fromEntries(at) }
  })
}

function mapped<From, To>(all: Readonly<Record<string, From>>, change: (one: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(all).map(([name, one]) => [name, change(one)]))
}
