// The state that a form remembers: the values of its fields, those in the session.

import type { Problem, View } from '../wire.ts'
import { type Answers, type FieldValue, type FormName, formDraft } from './form-values.ts'

/** Values on their way to a draft; null takes a field out. */
export type Values = Readonly<Record<string, FieldValue | null>>

/** Values that the session lacks, with the time of their typing; undefined for one that nobody typed. */
export type Due = { readonly values: Values; readonly typedAt: Readonly<Record<string, number | undefined>> }

/** `answers` undefined: the page does not give them to the form. */
export type Known = { view: View; answers: Answers | null | undefined }

/** `busy`: an event of this page is under way; `problem` is that of its drafts; `rewound`: the store lost something. */
export type Seen = Known & { busy: boolean; problem: Problem | null; rewound?: boolean | undefined }

/**
 * The values of the fields, undefined for those never saved; `hidden`: the names of hidden inputs; `editing`: that of
 * the field in which a person may be in the middle of something.
 */
export type Reading = {
  readonly values: ReadonlyMap<string, FieldValue | undefined>
  readonly hidden: ReadonlySet<string>
  readonly editing?: string | undefined
}

/** One field typed into here and changed elsewhere. */
export type FieldConflict = { readonly name: string; readonly mine: FieldValue; readonly theirs: FieldValue }

export type Field = {
  /** The value in the session; null: not known, because its save is unanswered or lost; undefined: none yet. */
  readonly kept?: FieldValue | null | undefined
  /** The time of the last typing since the form was made or submitted. */
  readonly typedAt?: number | undefined
  /** Own values that the session may still show, oldest first: no change from elsewhere when they come back. */
  readonly sent?: readonly FieldValue[]
  /** The time of the typing that was sent last. */
  readonly sentAt?: number | undefined
  /** The value that the session does not take, so that it is not sent again. */
  readonly refused?: FieldValue | undefined
  /** The value from elsewhere that differs from what was typed here. */
  readonly theirs?: FieldValue | undefined
}

export type Memory = Reading & {
  readonly step: string
  /** The type of the form's event. */
  readonly form: string
  readonly fields: ReadonlyMap<string, Field>
  /** How many saves have no answer yet. */
  readonly saving: number
  /** The values of a submission that has no answer yet. */
  readonly submission: Values | null
  /** Something was typed or decided since the last submission. */
  readonly typed: boolean
  /** The step was submitted elsewhere while something was typed here. */
  readonly submitted: boolean
  readonly seen: Known | null
  /** The latest that came while an event of this page was under way, to be compared after it. */
  readonly waiting: Seen | null
  /** The fields that the last action gave another value, for the form to show. */
  readonly fill: ReadonlyMap<string, FieldValue>
  /** The last action made the fields outdated as a whole. */
  readonly renew: boolean
}

// The copy that one run of the reducer fills in.
export type Next = { -readonly [Key in keyof Memory]: Memory[Key] } & {
  fields: Map<string, Field>
  fill: Map<string, FieldValue>
}

export const newMemory = (step: string, form: string): Memory => ({
  step,
  form,
  values: new Map(),
  hidden: new Set(),
  fields: new Map(),
  saving: 0,
  submission: null,
  typed: false,
  submitted: false,
  seen: null,
  waiting: null,
  fill: new Map(),
  renew: false,
})

export const typedIn = ({ fields }: Memory): [string, Field][] => [...fields].filter(([, { typedAt }]) => typedAt)

/** The value of a field that people type into; undefined for a hidden one. */
export const shown = ({ values, hidden }: Reading, name: string): FieldValue | undefined =>
  hidden.has(name) ? undefined : values.get(name)

export const draftIn = (form: FormName, view: View): Answers => formDraft(form, view)?.values ?? {}

export function change(next: Next, name: string, to: Field): void {
  next.fields.set(name, { ...next.fields.get(name), ...to })
}

/** `kept` after a save. */
export const afterSave = (
  { values }: Reading,
  name: string,
  value: FieldValue | null | undefined,
): FieldValue | undefined => value ?? (values.has(name) ? '' : undefined)

export function agree(next: Next, name: string): void {
  change(next, name, { kept: shown(next, name), theirs: undefined })
}

export function fillIn(next: Next, name: string, value: FieldValue): void {
  next.fill.set(name, value)
  next.values = new Map(next.values).set(name, value)
  change(next, name, { typedAt: undefined })
  agree(next, name)
}
