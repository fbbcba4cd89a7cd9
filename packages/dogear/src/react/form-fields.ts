// The fields of a form in the DOM, all but secret ones.

import { isReserved } from '../field-names.ts'
import type { Reading } from './form-state.ts'
import { type FieldValue, formValues, same } from './form-values.ts'

export type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement

const typed = 'input:not([type=submit],[type=button],[type=reset]),select,textarea'
const secret = '[type=password],[type=file],[data-secret]'
const secretToken = /(^|\s)(cc-|one-time-code|(new|current)-password)/
export const isBox = ({ type }: Control): boolean => type === 'checkbox' || type === 'radio'

export function controlsOf(form: HTMLFormElement): Control[] {
  const controls = [...form.elements].filter((element) => element.matches(typed)) as Control[]
  return controls.filter(({ name }) => name && !isReserved(name))
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

/** The names of the fields that hold another value than the page gave them: changed before hydration. */
export function typedBefore(form: HTMLFormElement): string[] {
  const controls = controlsOf(form)
  // A reset gives copies of the fields their values from the page.
  const fresh = document.createElement('form')
  fresh.append(...controls.map((control) => control.cloneNode(true)))
  fresh.reset()
  const given = [...fresh.elements] as Control[]
  return controls.filter((control, index) => !same(stateOf(control), stateOf(given[index]))).map(({ name }) => name)
}

/** The state of a field that a person changes. */
function stateOf(control: Control | undefined): unknown {
  if (!control || control.type === 'hidden') return undefined
  if ('options' in control) return [...control.selectedOptions].map(({ value }) => value)
  return isBox(control) ? (control as HTMLInputElement).checked : control.value
}
