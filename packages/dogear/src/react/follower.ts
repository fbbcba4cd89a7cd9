// What came from elsewhere into the step of a form: shown in fields nobody touched here, and said where somebody did.

import type { Problem, View } from '../wire.ts'
import { fillField } from './form-fields.ts'
import { type FieldValue, toField } from './form-values.ts'

/** One field typed into here and changed elsewhere. */
export type FieldConflict = { readonly name: string; readonly mine: FieldValue; readonly theirs: FieldValue }

/**
 * What was typed here is not what the session got from elsewhere. `fields` are those that differ; they are not saved until one
 * of the two is called. `submitted`: the whole step was submitted elsewhere.
 */
export type Conflict = {
  readonly fields: readonly FieldConflict[]
  readonly submitted: boolean
  /** What stands in the form stays, and is saved over theirs. */
  keepMine(): void
  /** The fields take their values; a step submitted elsewhere is shown as it was submitted. */
  takeTheirs(): void
}

export type Answers = Readonly<Record<string, unknown>>

/** What the session says about the step. `answers` undefined: the page does not tell what was submitted; `problem` that of its drafts. */
export type Seen = { view: View; answers: Answers | null | undefined; busy: boolean; problem: Problem | null }

/**
 * What a form knows of one of its fields. `has`: what the session has of it as far as is known here, as JSON, or what is on its way
 * there. `typed` into since the form was made or submitted, `at` that time. `wrote`: all this form has sent of it, which is not
 * from elsewhere when it comes back, however late. `theirs`: what came from elsewhere and differs.
 */
export type Field = {
  has?: string | undefined
  typed?: boolean
  at?: number
  sending?: boolean
  wrote?: Set<string | undefined>
  theirs?: FieldValue | undefined
}

type Deps = {
  step: string
  fields: {
    of(name: string): Field
    typed(): [string, Field][]
    /** What a field holds that people type into. */
    value(name: string): FieldValue | undefined
  }
  read(): void
  save(values: Readonly<Record<string, null>>): Promise<unknown>
  flush(): void
  onConflict(conflict: Conflict | null): void
  onRenew(): void
}

export type Follower = {
  /** The session says something new. `own`: it is the answer to what this form sent. */
  follow(next: Seen, form: HTMLFormElement, own: boolean): void
  /** This form was submitted, which led to `view`. */
  submitted(view: View): void
  /** Says what differs, if that has changed. */
  tell(): void
  /** Whether the form is being filled in right now, by nobody. */
  filling(): boolean
}

export function createFollower({ step, fields, read, save, flush, onConflict, onRenew }: Deps): Follower {
  let form: HTMLFormElement
  let seen: Seen | undefined
  let filling = false
  let submitted = false
  let told: string | undefined

  const draftOf = (of: Seen | undefined): Answers | undefined => of?.view.drafts[step]?.values
  /** Whether a field is in no draft because this page has taken it out, for what it holds now. */
  const isTakenOut = (of: Seen, name: string): boolean =>
    !(name in (draftOf(of) ?? {})) && (of.problem?.issues ?? []).some(({ path }) => path[0] === name)
  const valuesOf = (of: Seen): Answers => ({ ...of.answers, ...draftOf(of) })
  const json = (name: string) => JSON.stringify(fields.value(name))

  function agree(name: string): void {
    Object.assign(fields.of(name), { has: json(name), theirs: undefined })
  }

  function fill(name: string, value: FieldValue): void {
    filling = true
    fillField(form, name, value)
    filling = false
    read()
    fields.of(name).typed = false
    agree(name)
  }

  function tell(): void {
    const differing: FieldConflict[] = []
    for (const [name, { theirs }] of fields.typed()) {
      if (theirs === undefined) continue
      if (json(name) === JSON.stringify(theirs)) agree(name)
      else differing.push({ name, mine: fields.value(name) ?? '', theirs })
    }
    const any = submitted || differing.length > 0
    const telling = any ? JSON.stringify([differing, submitted]) : undefined
    if (telling === told) return
    told = telling
    onConflict(any ? { fields: differing, submitted, keepMine, takeTheirs } : null)
  }

  function keepMine(): void {
    // A submission elsewhere has cleared the draft.
    for (const [, field] of fields.typed())
      if (submitted || field.theirs !== undefined) Object.assign(field, { has: '', at: Date.now(), theirs: undefined })
    submitted = false
    tell()
    flush()
  }

  function takeTheirs(): void {
    const typed = fields.typed()
    for (const [name, { theirs }] of typed) if (theirs !== undefined) fill(name, theirs)
    if (submitted) {
      for (const [name, field] of typed) {
        field.typed = false
        agree(name)
      }
      const mine = typed.filter(([name]) => name in (draftOf(seen) ?? {}))
      const gone = save(Object.fromEntries(mine.map(([name]) => [name, null])))
      void gone.then(onRenew)
    }
    submitted = false
    tell()
  }

  function compare(before: Seen, next: Seen): void {
    const [was, is] = [valuesOf(before), valuesOf(next)]
    const replaced = before.view.tag !== null && next.view.tag !== before.view.tag
    if (replaced && fields.typed().length > 0) {
      keepWhole({ ...was, ...is }, is)
      return
    }
    for (const name of Object.keys({ ...was, ...is })) {
      const value = toField(is[name])
      const theirs = JSON.stringify(value)
      const untold = next.answers === undefined && !(name in is)
      if (fields.value(name) === undefined || untold || theirs === JSON.stringify(toField(was[name]))) continue
      const field = fields.of(name)
      if (theirs === json(name)) agree(name)
      else if (!field.typed) fill(name, value)
      else field.theirs = field.wrote?.has(theirs) || isTakenOut(next, name) ? undefined : value
    }
    const { view } = next
    const changed = JSON.stringify(view.context) !== JSON.stringify(before.view.context)
    const moved = changed && before.view.step === step && view.step !== step
    const cleared = draftOf(before) !== undefined && draftOf(next) === undefined
    const same = before.view.tag === null || view.tag === before.view.tag
    if (fields.typed().length > 0) submitted ||= same && (moved || cleared)
    // The page shows the answers by what it gives the fields to begin with.
    else if (changed && next.answers === undefined) onRenew()
    tell()
  }

  /** Another session took the place of the one this form was begun in: all that stands in it is somebody's, and nothing of it goes. */
  function keepWhole(names: Answers, is: Answers): void {
    for (const name of Object.keys(names)) {
      if (fields.value(name) === undefined) continue
      const theirs = name in is ? toField(is[name]) : undefined
      if (JSON.stringify(theirs) === json(name)) agree(name)
      else Object.assign(fields.of(name), { typed: true, at: Date.now(), has: '', theirs })
    }
    submitted = false
    tell()
  }

  return {
    tell,
    filling: () => filling,
    follow(next, of, own) {
      const before = seen
      // Where the session went is for the page to say. When it is taken back, it goes on from here.
      if (next.view.gone) return
      seen = next
      form = of
      // What this page has sent comes back the way the server has read it.
      if (!before || next.view === before.view || own || before.busy || next.busy) return
      read()
      compare(before, next)
    },
    submitted(view) {
      if (seen) seen = { ...seen, view }
      submitted = false
      tell()
    },
  }
}
