// What a JSON body must look like to become an event or a draft; anything unexpected in it is refused.

import { DogearError } from '../errors.ts'
import type { EventRequest, Position } from '../wire.ts'

export type DraftRequest = { opId: string; values: Record<string, unknown> }

/** The event in the body of `POST /:flow/events`; throws `invalid_request` naming the member at fault. */
export function toEventRequest(body: unknown): EventRequest {
  const { opId, step, position, event } = members(body, ['opId', 'step', 'position', 'event'])
  if (!isObject(event) || typeof event.type !== 'string') throw refuse('"event" must be an object with a "type"')
  return {
    opId: toOpId(opId),
    ...(step === undefined ? {} : { step: toStep(step) }),
    ...(position === undefined ? {} : { position: toPosition(position) }),
    event: event as EventRequest['event'],
  }
}

/** The draft in the body of `PUT /:flow/drafts/:step`; throws `invalid_request` naming the member at fault. */
export function toDraftRequest(body: unknown): DraftRequest {
  const { opId, values } = members(body, ['opId', 'values'])
  if (!isObject(values)) throw refuse('"values" must be an object')
  return { opId: toOpId(opId), values }
}

/** An operation id: without one, a retry could not be told from a second submission. */
export function toOpId(value: unknown): string {
  if (typeof value !== 'string' || !/^[A-Za-z0-9_.:-]{8,128}$/.test(value))
    throw refuse('"opId" must be 8 to 128 letters, digits or _ . : -')
  return value
}

export function toStep(value: unknown): string {
  if (typeof value !== 'string' || value.length === 0 || value.length > 256)
    throw refuse('"step" must be the id of a step')
  return value
}

/** A position as `{ epoch, revision }` or as it stands in a form field: `epoch.revision`. */
export function toPosition(value: unknown): Position {
  if (typeof value === 'string') {
    const [, epoch, revision] = /^(\d{1,16})\.(\d{1,16})$/.exec(value) ?? []
    return toPosition({ epoch: Number(epoch), revision: Number(revision) })
  }
  const { epoch, revision } = members(value, ['epoch', 'revision'], '"position"')
  if (!isCount(epoch) || !isCount(revision))
    throw refuse('"position" must be two whole numbers, "epoch" and "revision"')
  return { epoch, revision }
}

function members<Name extends string>(
  value: unknown,
  names: readonly Name[],
  where = 'The body',
): Partial<Record<Name, unknown>> {
  if (!isObject(value)) throw refuse(`${where} must be an object`)
  const known: readonly string[] = names
  if (Object.keys(value).some((name) => !known.includes(name)))
    throw refuse(`${where} may only have the members ${names.join(', ')}`)
  return value as Partial<Record<Name, unknown>>
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function refuse(problem: string): DogearError {
  return new DogearError('invalid_request', `${problem}.`)
}
