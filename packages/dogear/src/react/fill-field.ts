// A field that gets a value as if a person had typed it.

import { controlsOf, isBox } from './form-fields.ts'
import type { FieldValue } from './form-values.ts'

/** Fills in a field with the events of a person's typing, for pages that listen to them. */
export function fillField(form: HTMLFormElement, name: string, value: FieldValue): void {
  const values = [value].flat()
  for (const control of controlsOf(form)) {
    if (control.name !== name) continue
    if (isBox(control)) {
      const box = control as HTMLInputElement
      const checked = values.includes(box.value) || value === 'on'
      if (checked !== box.checked) box.click()
      // A click checks a radio button, and never the opposite.
      box.checked = checked
      continue
    }
    if ('options' in control) for (const option of control.options) option.selected = values.includes(option.value)
    // React shadows the property to tell its own changes from a person's; the prototype's setter counts as a person's.
    else
      Object.getOwnPropertyDescriptor(Object.getPrototypeOf(control), 'value')?.set?.call(control, values.shift() ?? '')
    for (const type of ['input', 'change']) control.dispatchEvent(new Event(type, { bubbles: true }))
  }
}
