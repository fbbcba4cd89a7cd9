// The typing that a page finds when it wakes up.

import { controlsOf, readForm } from './form-fields.ts'
import { same } from './form-values.ts'

/** The names of the fields that hold another value than the page gave them: changed before hydration. */
export function typedBefore(form: HTMLFormElement): string[] {
  // A reset gives copies of the fields their values from the page.
  const fresh = document.createElement('form')
  fresh.append(...controlsOf(form).map((control) => control.cloneNode(true)))
  fresh.reset()
  const given = readForm(fresh).values
  const held = [...readForm(form).values]
  return held.flatMap(([name, value]) => (value === undefined || same(value, given.get(name)) ? [] : [name]))
}
