// A submitted HTML form as an event: a few reserved fields, all others are the event's payload.

import { DogearError } from '../errors.ts'
import type { EventRequest } from '../wire.ts'
import { isPrototypeName } from './json.ts'
import { toOpId, toPosition, toStep } from './request.ts'

const reserved = ['opId', 'step', 'position', 'type']
const maxFields = 1000

/** The request in a form, and the fields as typed, for a draft if they are refused. */
export type FormRequest = { request: EventRequest; values: Record<string, unknown> }

/**
 * Reads an `application/x-www-form-urlencoded` body; throws `invalid_request` if a reserved field is missing or doubled.
 *
 * `opId` and `type` are required, `step` and `position` (`epoch.revision`) optional. A field that comes more than once becomes
 * an array. An empty one is left out: a form has no other way to say "nothing". Line breaks become `\n`, as scripts see them.
 */
export function parseForm(text: string): FormRequest {
  const fields = [...new URLSearchParams(text)]
  if (fields.length > maxFields)
    throw new DogearError('invalid_request', `A form may have at most ${maxFields} fields.`)
  const form = new Map<string, string[]>()
  for (const [name, value] of fields) {
    if (isPrototypeName(name))
      throw new DogearError('invalid_request', 'The form has a field name that is not allowed.')
    if (value !== '') form.set(name, [...(form.get(name) ?? []), value.replaceAll('\r\n', '\n')])
  }
  const [opId, step, position, type] = reserved.map((name) => single(form, name))
  if (type === undefined) throw new DogearError('invalid_request', 'The form has no "type" field.')
  const values: Record<string, unknown> = {}
  for (const [name, all] of form) if (!reserved.includes(name)) values[name] = all.length === 1 ? all[0] : all
  return {
    request: {
      opId: toOpId(opId),
      ...(step === undefined ? {} : { step: toStep(step) }),
      ...(position === undefined ? {} : { position: toPosition(position) }),
      event: { ...values, type },
    },
    values,
  }
}

function single(form: ReadonlyMap<string, readonly string[]>, name: string): string | undefined {
  const all = form.get(name) ?? []
  if (all.length > 1) throw new DogearError('invalid_request', `The form has more than one "${name}" field.`)
  return all[0]
}
