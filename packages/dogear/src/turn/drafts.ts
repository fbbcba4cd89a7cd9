// Drafts: values typed but not submitted, merged field by field, so that the latest of several devices wins.

import { type DogearError, type Issue, isDogearError } from '../errors.ts'
import type { Flow } from '../flow/define.ts'
import { liftDraft } from '../flow/evolve/lift.ts'
import { same } from '../plain-data.ts'
import type { ViewDraft } from '../wire.ts'
import type { Unsaved } from './advance.ts'
import { type DraftCommand, type Refused, refused } from './commands.ts'
import { secretsIn, withoutSecrets } from './secrets.ts'
import { validate } from './validate.ts'

const empty: ViewDraft = { values: {}, issues: [] }

/** The session with the values kept at their step, valid or not; undefined if that changes nothing. */
export function keepDraft(unsaved: Unsaved, command: DraftCommand, now: number): Unsaved | Refused | undefined {
  const { flow, record } = unsaved
  const { type: sent, version } = command
  const typed = { type: sent, step: command.step, values: withoutSecrets(flow, command.values) }
  const { type, step, ...lifted } = liftDraft(flow, typed, version)
  if (!flow.steps.some(({ id }) => id === step)) return refusedField('step', 'This is not a step of the flow.')
  if (sent !== undefined && (type === undefined || !Object.hasOwn(flow.events, type)))
    return refusedField('type', 'This is not an event of the flow.')
  const values = withoutSecrets(flow, lifted.values)
  const secret = secretsIn(flow, values)
  if (secret.length > 0) return refused('invalid', secret)

  const before = record.drafts[step] ?? empty
  // An age from a wrong clock must not give a time in the future, or none at all.
  const at = now - Math.min(now, Math.max(0, Math.round(command.ageMs ?? 0) || 0))
  const merged = mergeDraft(before, values, at)
  const draft = merged ?? before
  const late = (name: string) => isLate(before, name, at)
  const { issues, failed } = issuesOf(flow, draft, { type, issues: command.issues, late })
  if (!merged && same(issues, draft.issues)) return undefined
  const next = { ...draft, issues }
  // An empty draft is no reason to start a session.
  if (record.revision === 0 && isEmpty(next)) return undefined
  return {
    ...unsaved,
    failed: [...unsaved.failed, ...failed],
    record: { ...record, drafts: { ...record.drafts, [step]: next } },
  }
}

type Found = { issues: readonly Issue[]; failed: readonly DogearError[] }

/**
 * The issues of the draft: those its event's schema finds, else those the sender found, else those it has. A schema
 * that fails must not cost the person what they typed.
 */
function issuesOf(
  flow: Flow,
  draft: ViewDraft,
  said: { type: string | undefined; issues: readonly Issue[] | undefined; late: (name: string) => boolean },
): Found {
  const { type, issues, late } = said
  // An issue of a value that has been replaced since says nothing about the new value.
  const known = issues?.filter(({ path: [name] }) => name === undefined || !late(String(name))) ?? draft.issues
  if (type === undefined) return { issues: known, failed: [] }
  try {
    const valid = validate(flow, { ...draft.values, type })
    return { issues: valid.ok ? [] : valid.issues, failed: [] }
  } catch (error) {
    if (!isDogearError(error) || error.code !== 'flow_failed') throw error
    return { issues: known, failed: [error] }
  }
}

/** The session without the draft of a submitted step, or, while others may be typed there, without its `fields`. */
export function forget(unsaved: Unsaved, step: string | undefined, fields?: readonly string[]): Unsaved {
  const { record } = unsaved
  const draft = step === undefined ? undefined : record.drafts[step]
  if (step === undefined || !draft) return unsaved
  const { [step]: _, ...drafts } = record.drafts
  const rest = fields ? withoutFields(draft, new Set(fields)) : empty
  return { ...unsaved, record: { ...record, drafts: isEmpty(rest) ? drafts : { ...drafts, [step]: rest } } }
}

function withoutFields({ values, issues, at }: ViewDraft, fields: ReadonlySet<string>): ViewDraft {
  const keep = <T>(some: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(some).filter(([name]) => !fields.has(name)))
  const left = issues.filter(({ path: [name] }) => !fields.has(String(name)))
  return { values: keep(values), issues: left, ...(at && { at: keep(at) }) }
}

const refusedField = (name: string, message: string): Refused => refused('invalid', [{ path: [name], message }])

const isEmpty = ({ values, issues }: ViewDraft): boolean => Object.keys(values).length === 0 && issues.length === 0

/**
 * The draft after `values` were typed at the time `at`; undefined if each of them is known, or older than the one kept.
 * Of equal times the later call wins. The time of a field taken out is kept, so that older values stay out.
 */
export function mergeDraft(draft: ViewDraft, values: ViewDraft['values'], at: number): ViewDraft | undefined {
  const typed = Object.entries(values).filter(([name]) => name !== '__proto__')
  const newer = typed.filter(([name, value]) => wins(draft, { name, value, at }))
  if (newer.length === 0) return undefined
  const merged = new Map(Object.entries(draft.values))
  for (const [name, value] of newer) {
    if (isGone(value)) merged.delete(name)
    else merged.set(name, value)
  }
  const changed = new Set(newer.filter(([name, value]) => !holds(draft, name, value)).map(([name]) => name))
  return {
    values: Object.fromEntries(merged),
    // An issue without a field concerns the whole form. Any change may fix it, so drop it.
    issues:
      changed.size === 0
        ? draft.issues
        : draft.issues.filter(({ path: [name] }) => name !== undefined && !changed.has(String(name))),
    at: { ...draft.at, ...Object.fromEntries(newer.map(([name]) => [name, at])) },
  }
}

type Typed = { name: string; value: unknown; at: number }

function wins(draft: ViewDraft, { name, value, at }: Typed): boolean {
  const known = timeOf(draft, name)
  return known === undefined || at > known || (at === known && !holds(draft, name, value))
}

const isLate = (draft: ViewDraft, name: string, at: number): boolean => (timeOf(draft, name) ?? at) > at

// `Object.hasOwn`: a field named `constructor` must not find what every object inherits.
function timeOf({ at }: ViewDraft, name: string): number | undefined {
  return at && Object.hasOwn(at, name) ? at[name] : undefined
}

const isGone = (value: unknown): boolean => value === null || value === undefined

const holds = ({ values }: ViewDraft, name: string, value: unknown): boolean =>
  Object.hasOwn(values, name) ? same(values[name], value) : isGone(value)
