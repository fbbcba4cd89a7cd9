// The fields of a form in the DOM, all but secret ones.

import { isReserved } from '../field-names.ts'
import type { Reading } from './form-state.ts'
import { type FieldValue, formValues } from './form-values.ts'

export type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement

const typed = 'input:not([type=submit],[type=button],[type=reset]),select,textarea'
const secret = '[type=password],[type=file],[data-secret]'
const secretToken = /(^|\s)(cc-|one-time-code|(new|current)-password)/
export const isBox = ({ type }: Control): boolean => type === 'checkbox' || type === 'radio'

export function controlsOf(form: HTMLFormElement): Control[] {
  const controls = [...form.elements] as Control[]
  return controls.filter((control) => control.matches(typed) && control.name && !isReserved(control.name))
}

/** Reads the values of all fields; undefined also for those that are disabled. */
export function readForm(form: HTMLFormElement): Reading {
  const data = formValues(new FormData(form))
  const controls = controlsOf(form)
  const values = new Map<string, FieldValue | undefined>()
  const hidden = new Set<string>()
  let editing: string | undefined
  for (const control of controls) {
    const { name, type } = control
    values.set(name, control.matches(':disabled') ? values.get(name) : (data[name] ?? ''))
    if (type === 'hidden') hidden.add(name)
    // A click on a box is complete.
    if (control === document.activeElement && !isBox(control)) editing = name
  }
  for (const control of controls)
    if (control.closest(secret) || secretToken.test(control.getAttribute('autocomplete') ?? ''))
      values.set(control.name, undefined)
  return { values, hidden, editing }
}
