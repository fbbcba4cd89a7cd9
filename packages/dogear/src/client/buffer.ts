// Typed values that are not saved yet, kept in the browser so that they survive the tab.

import type { View } from '../wire.ts'

/** A value with the time of its typing, by this browser's clock; `opId` is that of a submission without an answer. */
type Typed = { readonly value: unknown; readonly typedAt: number; readonly opId?: string | undefined }
export type TypedFields = Readonly<Record<string, Typed>>

/** `tag` names the session; none of it is used after `until`. */
type Entry = { tag: string | null; until: number; fields: TypedFields }

/** The values that a session lacks, with the time of their typing. */
type Due = {
  readonly values: Readonly<Record<string, unknown>>
  readonly typedAt: Readonly<Record<string, number | undefined>>
}

export type Buffer = {
  /** Returns what was kept in this session of the form's fields, to be taken over. Other forms may share the draft. */
  take(view: View, fields: ReadonlyMap<string, unknown>): TypedFields
  /**
   * Keeps what is due in place of what was before. `underWay` are the values shown while a request of the form may
   * still be lost with the page; `opId` is that of their submission. True if all of it is kept.
   */
  keep(view: View, due: Due | null, underWay?: ReadonlyMap<string, unknown>, opId?: string): boolean
}

const prefix = 'dogear.typed '
// A browser shared by several people tells nothing of one who began no session.
const untaggedMs = 3_600_000
// The revision up to which a session has just begun.
const youngest = 2
const maxLength = 100_000
const cardNumber = /(\d[ -]?){13}/

/** The buffer of one form. Where the browser has no storage it keeps nothing. */
export function createBuffer(url: string, { step, type }: { step: string; type: string }): Buffer {
  const key = `${prefix}${url} ${step} ${type}`
  let own: TypedFields = {}
  let last = { session: '', fields: '', all: true }

  const read = (view: View): TypedFields => entryOf(key, view)?.fields ?? {}

  /** Forgets what was kept in other sessions of the flow, and in this one once it is over. */
  function forgetOthers(view: View): void {
    const session = JSON.stringify([view.tag, view.gone, view.status])
    if (last.session === session) return
    last = { session, fields: '', all: true }
    for (const other of keys(`${prefix}${url} `)) if (!entryOf(other, view)) drop(other)
  }

  return {
    take(view, fields) {
      forgetOthers(view)
      own = Object.fromEntries(Object.entries(read(view)).filter(([name]) => fields.has(name)))
      return own
    },
    keep(view, due, underWay, opId) {
      const mayBeLost = Object.entries(own).filter(
        ([name, { value }]) => JSON.stringify(underWay?.get(name)) === JSON.stringify(value),
      )
      const fields: Record<string, Typed> = Object.fromEntries(mayBeLost)
      for (const name in due?.typedAt) {
        const typedAt = due.typedAt[name]
        if (typedAt) fields[name] = { value: due.values[name], typedAt, opId }
      }
      forgetOthers(view)
      const text = JSON.stringify(fields)
      if (last.fields === text) return last.all
      if (isOver(view)) return false
      // Another tab may have kept fields of the same form.
      const others = Object.entries(read(view)).filter(([name, { typedAt }]) => own[name]?.typedAt !== typedAt)
      const kept = Object.entries(fields).filter(([, { value }]) => mayBeKept(JSON.stringify(value)))
      own = Object.fromEntries(kept)
      const stored = write(key, view, { ...Object.fromEntries(others), ...own })
      last = { ...last, fields: text, all: stored && kept.length === Object.keys(fields).length }
      return last.all
    },
  }
}

/** Forgets what is kept in this browser for one flow, or for all: where people sign in or out, or start over. */
export function forgetTyped(url?: string): void {
  for (const key of keys(url === undefined ? prefix : `${prefix}${url} `)) drop(key)
}

function write(key: string, { tag, expiresAt }: View, fields: TypedFields): boolean {
  const until = expiresAt ?? Date.now() + untaggedMs
  try {
    if (Object.keys(fields).length === 0) drop(key)
    else localStorage.setItem(key, JSON.stringify({ tag, until, fields } satisfies Entry))
    return true
  } catch {
    return false
  }
}

const isOver = ({ gone, status }: View): boolean => gone !== null || status !== 'active'
const mayBeKept = (json: string): boolean => json.length <= maxLength && !cardNumber.test(json)

/** Undefined for an entry of another session, or of one that is over. */
function entryOf(key: string, view: View): Entry | undefined {
  try {
    const entry = JSON.parse(localStorage.getItem(key) ?? '') as Entry
    // A session may have begun with a request of this page whose answer was lost.
    const fits = entry.tag === view.tag || (entry.tag === null && view.revision <= youngest)
    return fits && entry.until > Date.now() && !isOver(view) ? entry : undefined
  } catch {
    return undefined
  }
}

function keys(start: string): string[] {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(start))
  } catch {
    return []
  }
}

const drop = (key: string): void => localStorage.removeItem(key)
