// The values of form fields, read as the server reads a form without JavaScript.

import { draftOf } from '../client/index.ts'
import { isReserved } from '../field-names.ts'
import type { FormDraft, View } from '../wire.ts'

/** The value of a field: `''` if it is empty or unchecked, a list if its name comes with several values. */
export type FieldValue = string | readonly string[]

export type Answers = Readonly<Record<string, unknown>>

/** A form is known by its step and the type of its event, `type#name` if it has a name of its own. */
export type FormName = { readonly step: string; readonly form: string }

/** A field that comes more than once becomes an array; an empty one is left out; a file is its name. */
export function formValues(data: FormData): Record<string, string | string[]> {
  const values: Record<string, string | string[]> = {}
  for (const name of new Set(data.keys())) {
    const typed = data
      .getAll(name)
      .map((value) => (typeof value === 'string' ? value.replaceAll('\r\n', '\n') : value.name))
      .filter((value) => value)
    if (!isReserved(name) && typed[0]) values[name] = typed[1] ? typed : typed[0]
  }
  return values
}

type Fields = Record<string, unknown>

/** JSON by the names of fields: values inside objects and lists as `address.street`, `people[0].name`. */
export function byName(value: unknown, name = '', fields: Fields = {}): Fields {
  if (!isNested(value)) fields[name] = value
  else
    for (const key in value)
      byName(value[key], name ? name + (Array.isArray(value) ? `[${key}]` : `.${key}`) : key, fields)
  return fields
}

const isNested = (value: unknown): value is Fields =>
  !!value && typeof value === 'object' && (!Array.isArray(value) || value.some(isNested))

/**
 * A stored value as a field shows it: `''` if it is none or nothing a field can show. A day is midnight in UTC, and a
 * time goes to the minute: fields for them hold neither zone nor seconds.
 */
export function toField(value: unknown): FieldValue {
  if (Array.isArray(value)) {
    const several = value.flatMap(toField)
    return several.length > 1 ? several : (several[0] ?? '')
  }
  if (value === true) return 'on'
  return typeof value === 'string' || typeof value === 'number' ? `${value}`.replace(/(T00:00)?:00\.000Z$/, '') : ''
}

export const formDraft = ({ step, form }: FormName, view: View): FormDraft | undefined => draftOf(view, step, form)

/** The values of a form in the session: its draft over the submitted answers, unless it was kept as a whole. */
export function valuesIn(
  form: FormName,
  { view, answers }: { view: View; answers: object | null | undefined },
): Answers {
  const draft = formDraft(form, view)
  return { ...(!draft?.whole && answers), ...draft?.values }
}

export const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)
