// Events from outside: only declared types, only payloads their schema accepts.

import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { Issue } from '../errors.ts'
import { fieldsOf } from '../field-names.ts'
import type { Flow } from '../flow/define.ts'
import { isOlder, liftEvent, olderVersions } from '../flow/evolve/lift.ts'
import { answerOf } from '../flow/foreign.ts'
import { fromForm, fromJson, type Payload } from '../flow/form/payload.ts'
import { type EventShape, unknownEvent } from '../flow/form/shape.ts'
import type { MachineEvent } from '../flow/machine.ts'
import { mendedCopyOf } from '../plain-data.ts'

export type Validated = { ok: true; event: MachineEvent } | { ok: false; issues: Issue[] }

/** `form`: the event was made of the fields of a form, so its schema says what their text means. */
type Sent = { version?: number | undefined; form?: boolean | undefined }

/**
 * The event as its schema returns it, or its issues. Nothing but the schema's output reaches the machine.
 *
 * `version` is that of the page: an event of an older one is lifted to the current shape first. Without a version, the
 * page counts as current, or, if its event is not valid now, as the newest older one whose lifts make it valid.
 */
export function validate(flow: Flow, event: MachineEvent, { version, form = false }: Sent = {}): Validated {
  if (isOlder(flow, version)) {
    const lifted = liftEvent(flow, event, version)
    return lifted ? check(flow, lifted, form) : { ok: false, issues: [tooOld] }
  }
  const now = check(flow, event, form)
  if (now.ok || version !== undefined) return now
  for (const older of olderVersions(flow)) {
    const lifted = flow.lifts[older] && liftEvent(flow, event, older)
    const then = lifted && check(flow, lifted, form)
    if (then?.ok) return then
  }
  return now
}

const tooOld: Issue = {
  path: [],
  message: 'This page was opened before it changed. Check your answers and send them again.',
}

function check(flow: Flow, event: MachineEvent, form: boolean): Validated {
  const { type } = event
  // `Object.hasOwn`: a type named `constructor` must not find what every object inherits.
  const schema = Object.hasOwn(flow.events, type) ? flow.events[type] : undefined
  if (!schema) return { ok: false, issues: [{ path: ['type'], message: 'This is not an event of the flow.' }] }
  const what = `the schema of "${type}"`
  const { payload, shownAt } = payloadOf(flow.shapes[type] ?? unknownEvent, fieldsOf(event), form)
  const result = answerOf(what, () => schema['~standard'].validate(payload))
  return answerOf(what, () =>
    result.issues
      ? { ok: false, issues: result.issues.map(toIssue).map(({ path, message }) => ({ message, path: shownAt(path) })) }
      : // A default belongs to the schema, and a transform may cut a character in half.
        { ok: true, event: { ...(mendedCopyOf(result.value) as object), type } },
  )
}

function payloadOf({ shape, beyondJson }: EventShape, fields: object, form: boolean): Payload {
  if (form) return fromForm(shape, { ...fields })
  return { payload: beyondJson ? fromJson(shape, fields) : fields, shownAt: (path) => path }
}

function toIssue({ message, path = [] }: StandardSchemaV1.Issue): Issue {
  const keys = path.map((part) => (typeof part === 'object' ? part.key : part))
  return { message, path: keys.map((key) => (typeof key === 'number' ? key : String(key))) }
}
