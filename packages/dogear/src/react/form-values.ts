// The values of form fields, read as the server reads a form without JavaScript.

import { isReserved } from '../field-names.ts'

/** The value of a field: `''` if it is empty or unchecked, a list if its name comes with several values. */
export type FieldValue = string | readonly string[]

/** A field that comes more than once becomes an array; an empty one is left out; a file is its name. */
export function formValues(data: FormData): Record<string, string | string[]> {
  const values: Record<string, string | string[]> = {}
  for (const name of new Set(data.keys())) {
    const all = data
      .getAll(name)
      .map((value) => (typeof value === 'string' ? value.replaceAll('\r\n', '\n') : value.name))
    const typed = all.filter((value) => value !== '')
    if (!isReserved(name) && typed.length > 0) values[name] = typed.length === 1 ? (typed[0] as string) : typed
  }
  return values
}

/** A stored value as a field shows it: `''` if it is none or nothing a field can show. */
export function toField(value: unknown): FieldValue {
  if (Array.isArray(value)) {
    const several = value.flatMap(toField)
    return several.length > 1 ? several : (several[0] ?? '')
  }
  if (value === true) return 'on'
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

export const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)
