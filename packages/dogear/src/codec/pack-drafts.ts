// The compact form of drafts: when each field was typed, without naming the fields again.

import type { SessionRecord } from '../turn/record.ts'
import { numberReader, putVarint, startWriting, toSigned, toUnsigned, written } from './numbers.ts'

type Drafts = SessionRecord['drafts']
type Draft = Drafts[string]

/** `removed` are fields that are only known by when they were taken out; `times` are of the values, then of those. */
type PackedDraft = [values: Draft['values'], issues: Draft['issues'], removed?: readonly string[], times?: Uint8Array]
export type PackedDrafts = Readonly<Record<string, PackedDraft>>

/** Drafts as lists; times are told relative to `updatedAt`. */
export function packDrafts(drafts: Drafts, updatedAt: number): PackedDrafts {
  return mapped(drafts, ({ values, issues, at }) => {
    if (!at) return [values, issues]
    const removed = Object.keys(at).filter((name) => !Object.hasOwn(values, name))
    startWriting()
    for (const name of [...Object.keys(values), ...removed])
      putTime(Object.hasOwn(at, name) ? at[name] : undefined, updatedAt)
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

// 0 stands for a field of which no time is known.
function putTime(time: number | undefined, updatedAt: number): void {
  putVarint(time === undefined ? 0 : 1 + toUnsigned(updatedAt - time))
}

function mapped<From, To>(all: Readonly<Record<string, From>>, change: (one: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(all).map(([name, one]) => [name, change(one)]))
}
