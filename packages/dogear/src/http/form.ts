// The fields of a submitted HTML form, read as an event or by their names.

import type { FormRequest } from '../engine/contract.ts'
import { DogearError } from '../errors.ts'
import { eventOf, isPrototypeName, isReserved, reservedIn, toEvent } from '../field-names.ts'
import { checkText } from './body.ts'
import { toEventRequest } from './request.ts'

const maxFields = 1000

/**
 * Reads an `application/x-www-form-urlencoded` body; throws `invalid_request` for a reserved field missing or doubled,
 * `too_large` for a value, or a name, of more than `maxTextLength` characters.
 *
 * `dogear.opId` and `dogear.type` are required, `dogear.version`, `dogear.step` and `dogear.position`
 * (`epoch.revision.mark`) optional; a page of a build before the prefix names them without it. The type may be that of
 * a form with a name, `type#name`. A field that comes more than once becomes an array. The event leaves an empty one
 * out: a form has no other way to say "nothing". `values` keeps it as `''`. Line breaks become `\n`, as scripts see
 * them.
 */
export function parseForm(text: string, maxTextLength: number): FormRequest {
  const fields = fieldsOf(text, maxTextLength)
  const reserved = reservedIn([...fields.keys()])
  const [opId, version, step, position, form] = reserved.map((name) => single(fields, name))
  if (form === undefined) throw new DogearError('invalid_request', 'The form has no "dogear.type" field.')
  const values: Record<string, unknown> = {}
  for (const [name, all] of fields)
    if (!isReserved(name) && !reserved.includes(name)) values[name] = all.length > 1 ? all : (all[0] ?? '')
  const filled = Object.entries(values).filter(([, value]) => value !== '')
  const type = eventOf(form)
  const event = toEvent(type, Object.fromEntries(filled))
  const named = form === type ? undefined : form
  return { request: toEventRequest({ opId, version, step, position, form: named, event }), values }
}

/** The fields of `names` that are filled in, each at most once; all others, such as a button's, are ignored. */
export function parseFields(
  text: string,
  names: readonly string[],
  maxTextLength: number,
): Record<string, string | undefined> {
  const form = fieldsOf(text, maxTextLength)
  return Object.fromEntries(names.map((name) => [name, single(form, name)]))
}

/** The values of each field that are not empty. */
function fieldsOf(text: string, maxTextLength: number): ReadonlyMap<string, readonly string[]> {
  const fields = [...new URLSearchParams(text)]
  if (fields.length > maxFields)
    throw new DogearError('invalid_request', `A form may have at most ${maxFields} fields.`)
  const form = new Map<string, string[]>()
  for (const [name, value] of fields) {
    if (isPrototypeName(name))
      throw new DogearError('invalid_request', 'The form has a field name that is not allowed.')
    const typed = value.replaceAll('\r\n', '\n')
    for (const one of [name, typed]) checkText(one, maxTextLength)
    form.set(name, [...(form.get(name) ?? []), ...(typed === '' ? [] : [typed])])
  }
  return form
}

function single(form: ReadonlyMap<string, readonly string[]>, name: string): string | undefined {
  const all = form.get(name) ?? []
  if (all.length > 1) throw new DogearError('invalid_request', `The form has more than one "${name}" field.`)
  return all[0]
}
