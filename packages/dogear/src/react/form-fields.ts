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

function isSecret(control: Control): boolean {
  return control.closest(secret) !== null || secretToken.test(control.getAttribute('autocomplete') ?? '')
}

/** Reads the values of all fields; undefined also for those that are disabled. */
export function readForm(form: HTMLFormElement): Reading {
  const data = formValues(new FormData(form))
  const controls = controlsOf(form)
  const values = new Map<string, FieldValue | undefined>()
  for (const control of controls)
    values.set(control.name, control.matches(':disabled') ? values.get(control.name) : (data[control.name] ?? ''))
  for (const control of controls) if (isSecret(control)) values.set(control.name, undefined)
  const hidden = controls.filter(({ type }) => type === 'hidden').map(({ name }) => name)
  return { values, hidden: new Set(hidden) }
}
