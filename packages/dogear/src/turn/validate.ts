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
import { secretsIn } from './secrets.ts'

export type Validated = { ok: true; event: MachineEvent } | { ok: false; issues: Issue[] }

/** `form`: the event was made of the fields of a form, so its schema says what their text means. */
type Sent = { version?: number | undefined; form?: boolean | undefined }
type Schemas = Flow['events']

/**
 * The event as its schema returns it, or its issues. Nothing but the schema's output reaches the machine.
 *
 * `version` is that of the page: an event of an older one is lifted to the current shape first. Without a version, the
 * page counts as current, or, if its event is not valid now, as the newest older one whose lifts make it valid.
 */
export function validate(flow: Flow, event: MachineEvent, { version, form = false }: Sent = {}): Validated {
  if (isOlder(flow, version)) {
    const lifted = liftEvent(flow, event, version)
    return lifted ? check(flow, lifted, { form }) : { ok: false, issues: [tooOld] }
  }
  const now = check(flow, event, { form })
  if (now.ok || version !== undefined) return now
  for (const older of olderVersions(flow)) {
    const lifted = flow.lifts[older] && liftEvent(flow, event, older)
    const then = lifted && check(flow, lifted, { form })
    if (then?.ok) return then
  }
  return now
}

/** As `validate`, of an event from the server, which may send all that a person may. */
export const validateFromServer = (flow: Flow, event: MachineEvent): Validated =>
  check(flow, event, { schemas: { ...flow.events, ...flow.serverEvents } })

/** The event as `validated` returns it, or its issues, also for values that must not be stored. */
export function keepableOnly(flow: Flow, sent: MachineEvent, validated: () => Validated): Validated {
  const secrets = secretsIn(flow, sent, 'event')
  if (secrets.length > 0) return { ok: false, issues: secrets }
  const valid = validated()
  const made = valid.ok ? newIn(valid.event, sent) : undefined
  const issues = made ? secretsIn(flow, made, 'event') : []
  return issues.length > 0 ? { ok: false, issues } : valid
}

/** The members of the event that its schema or a lift has made, if any: all others were checked as they were sent. */
function newIn(event: MachineEvent, sent: MachineEvent): Record<string, unknown> | undefined {
  const names = Object.keys(event).filter((name) => event[name] !== sent[name])
  return names.length > 0 ? Object.fromEntries(names.map((name) => [name, event[name]])) : undefined
}

const tooOld: Issue = {
  path: [],
  message: 'This page was opened before it changed. Check your answers and send them again.',
}

function check(
  flow: Flow,
  event: MachineEvent,
  { form = false, schemas = flow.events }: Pick<Sent, 'form'> & { schemas?: Schemas },
): Validated {
  const { type } = event
  // `Object.hasOwn`: a type named `constructor` must not find what every object inherits.
  const schema = Object.hasOwn(schemas, type) ? schemas[type] : undefined
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
