// The body of an event or a draft, checked member by member.

import { DogearError } from '../errors.ts'
import { parsePosition } from '../position.ts'
import type { DraftBody, EventRequest, Position } from '../wire.ts'

// A page left open on a sleeping machine may send a draft that is this old.
const maxAgeMs = 400 * 24 * 60 * 60 * 1000

const eventMembers = ['opId', 'version', 'step', 'position', 'fields', 'form', 'event'] as const
const positionMembers = ['epoch', 'revision', 'mark'] as const

/** The event in the body of `POST /:flow/events`; throws `invalid_request` naming the member at fault. */
export function toEventRequest(body: unknown): EventRequest {
  const { opId, version, step, position, fields, form, event } = members(body, eventMembers)
  if (!isObject(event) || typeof event.type !== 'string') throw refuse('"event" must be an object with a "type"')
  return {
    opId: toOpId(opId),
    version: optional(version, toVersion),
    step: optional(step, toStep),
    position: optional(position, toPosition),
    fields: optional(fields, toFields),
    form: optional(form, toForm),
    event: event as EventRequest['event'],
  }
}

function toFields(value: unknown): string[] {
  if (!Array.isArray(value) || !value.every((name) => typeof name === 'string'))
    throw refuse('"fields" must be a list of names')
  return value
}

/** The draft in the body of `PUT /:flow/drafts/:step`; throws `invalid_request` naming the member at fault. */
export function toDraftBody(body: unknown): DraftBody {
  const names = ['opId', 'values', 'ageMs', 'form', 'type', 'version', 'position'] as const
  const { opId, values, ageMs, form, type, version, position } = members(body, names)
  if (!isObject(values)) throw refuse('"values" must be an object')
  return {
    opId: toOpId(opId),
    values,
    ageMs: optional(ageMs, toAges),
    form: optional(form, toForm),
    type: optional(type, toType),
    version: optional(version, toVersion),
    position: optional(position, toPosition),
  }
}

/** The state that the sender of a restart has seen. Ending one session twice ends it once: `opId` is not needed. */
export function toSeen(body: unknown): Position | undefined {
  const { opId, position, 'dogear.position': field } = members(body, ['opId', 'position', 'dogear.position'])
  optional(opId, toOpId)
  return optional(position ?? field, toPosition)
}

function toType(type: unknown): string {
  if (!isName(type)) throw refuse('"type" must be the type of an event')
  return type
}

function toForm(form: unknown): string {
  if (!isName(form)) throw refuse('"form" must be the type of an event, with a name after a # if the form has one')
  return form
}

function toAges(ages: unknown): number | Record<string, number> {
  const toAge = (age: unknown): number => {
    if (typeof age !== 'number' || !(age >= 0)) throw refuse('"ageMs" must be a number from 0, or one for each field')
    return Math.min(age, maxAgeMs)
  }
  if (!isObject(ages)) return toAge(ages)
  return Object.fromEntries(Object.entries(ages).map(([name, age]) => [name, toAge(age)]))
}

const optional = <T>(value: unknown, to: (value: unknown) => T): T | undefined =>
  value === undefined ? undefined : to(value)

/** An operation id. Without one, a retry could not be told from a second submission. */
function toOpId(value: unknown): string {
  if (typeof value !== 'string' || !/^[A-Za-z0-9_.:-]{8,128}$/.test(value))
    throw refuse('"opId" must be 8 to 128 letters, digits or _ . : -')
  return value
}

/** The version of a flow, also from a form field. */
function toVersion(value: unknown): number {
  const version = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value
  if (!isCount(version) || version < 1) throw refuse('"version" must be a whole number from 1')
  return version
}

function toStep(value: unknown): string {
  if (!isName(value)) throw refuse('"step" must be the id of a step')
  return value
}

/** A position as `{ epoch, revision, mark }`, or from a form field as `epoch.revision.mark`. */
export function toPosition(value: unknown): Position {
  const given = typeof value === 'string' ? parsePosition(value) : value
  const { epoch, revision, mark } = members(given, positionMembers, '"position"')
  if (!isCount(epoch) || !isCount(revision) || typeof mark !== 'string' || !/^([\w-]{8}|)$/.test(mark))
    throw refuse('"position" must be "epoch" and "revision", two whole numbers, and "mark", as they are in a view')
  return { epoch, revision, mark }
}

/** `value` as an object with no members but `names`. */
export function members<Name extends string>(
  value: unknown,
  names: readonly Name[],
  where = 'The body',
): Partial<Record<Name, unknown>> {
  if (!isObject(value)) throw refuse(`${where} must be an object`)
  const known: readonly string[] = names
  for (const name of Object.keys(value))
    if (!known.includes(name)) throw refuse(`${where} may only have the members ${names.join(', ')}`)
  return value as Partial<Record<Name, unknown>>
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const isName = (value: unknown): value is string => typeof value === 'string' && value.length > 0 && value.length <= 256

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

export function refuse(problem: string): DogearError {
  return new DogearError('invalid_request', `${problem}.`)
}
