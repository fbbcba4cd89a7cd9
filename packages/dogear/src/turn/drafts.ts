// Drafts: values typed but not submitted, merged field by field, so that the latest of several devices wins.

import { type DogearError, type Issue, isDogearError } from '../errors.ts'
import { concerns, eventOf, toEvent } from '../field-names.ts'
import type { Flow } from '../flow/define.ts'
import { liftDraft } from '../flow/evolve/lift.ts'
import { emptyDraft, formIn, latest, renamed, type StepDraft, withForm } from '../flow/step-drafts.ts'
import { activeSteps } from '../flow/steps.ts'
import { same, walk } from '../plain-data.ts'
import type { FormDraft } from '../wire.ts'
import { placed, type Unsaved } from './advance.ts'
import { type DraftCommand, type Refused, refused } from './commands.ts'
import type { SessionRecord } from './record.ts'
import { secretsIn, withoutSecrets } from './secrets.ts'
import { validate } from './validate.ts'

/**
 * The session with the values kept in their form's draft, valid or not; undefined if that changes nothing. Of a whole
 * form that takes too much, the longest values are left out, each with an issue that says so.
 */
export function keepDraft(unsaved: Unsaved, command: DraftCommand, now: number): Unsaved | Refused | undefined {
  const { flow, record } = unsaved
  const { form: named = command.type, version } = command
  const sends = named === undefined ? undefined : eventOf(named)
  const typed = { type: sends, step: command.step, values: withoutSecrets(flow, command.values) }
  const { type: lifted, step, ...rest } = liftDraft(flow, typed, version)
  // A page of another version may name a form of its own: what was typed there is kept all the same.
  const known = lifted !== undefined && Object.hasOwn(flow.events, lifted)
  const form = known && named !== undefined ? renamed(named, lifted) : ''
  if (!flow.steps.some(({ id }) => id === step)) return refusedField('step', 'This is not a step of the flow.')
  if (command.type !== undefined && form === '') return refusedField('type', 'This is not an event of the flow.')
  const values = withoutSecrets(flow, rest.values)
  const secret = secretsIn(flow, values, 'draft')
  if (secret.length > 0) return refused('invalid', secret)

  const stepDraft = record.drafts[step]
  const before = formIn(stepDraft, form) ?? emptyDraft
  const timeOf = timesOf(command.ageMs, now)
  const loose = formIn(stepDraft, '') ?? emptyDraft
  const typedIn = command.whole ? { ...unnamedIn(latest(loose, before), values), ...values } : values
  const merged = mergeDraft(before, typedIn, timeOf)
  const draft = command.whole ? { ...(merged ?? before), whole: true as const } : (merged ?? before)
  const late = Object.keys(before.at ?? {}).filter((name) => (before.at?.[name] ?? 0) > timeOf(name))
  const type = command.type === undefined ? undefined : lifted
  // A form shows what was typed into it and into no named one, so that is what its event would carry.
  const shown = { ...latest(loose, draft), issues: draft.issues }
  const { issues, failures } = issuesOf(flow, form === '' ? draft : shown, { type, issues: command.issues, late })
  if (!merged && draft.whole === before.whole && same(issues, draft.issues)) return undefined
  const next = { ...draft, issues }
  // An empty draft is no reason to start a session.
  if (record.revision === 0 && isSpent(next)) return undefined
  const reported = { ...unsaved, failures: [...unsaved.failures, ...failures] }
  const typing = activeSteps(flow, unsaved.live)
  const here = typing.length > 1 && typing.some(({ id }) => id === step)
  const at = here ? { ...reported, record: placed(record, step) } : reported
  const changed = withDraft(at, step, withForm(stepDraft, form, next))
  const tooMany = excess(flow, record.drafts, changed.record.drafts)
  if (tooMany === 0) return changed
  // A page without JavaScript has no copy of what was typed.
  const fitting = command.whole && without(command, tooMany)
  return fitting ? keepDraft(unsaved, fitting, now) : refused('too-large')
}

/** The draft without its longest values, as far as it takes to save these bytes; undefined if nothing is left of it. */
function without(command: DraftCommand, bytes: number): DraftCommand | undefined {
  const sizes = Object.entries(command.values).map(([name, value]) => ({ name, size: sizeOf(value) }))
  const longest = sizes.filter(({ size }) => size > 0).sort((one, other) => other.size - one.size)
  const left: string[] = []
  for (let saved = 0; saved < bytes; ) {
    const next = longest.shift()
    if (!next) return undefined
    left.push(next.name)
    saved += next.size
  }
  const kept = Object.entries(command.values).filter(([name]) => !left.includes(name))
  const told = left.map((name) => ({ path: [name], message: 'This is too long to be kept. Please shorten it.' }))
  const issues = [...(command.issues ?? []).filter(({ path: [name] }) => !left.includes(String(name))), ...told]
  return { ...command, values: Object.fromEntries(kept), issues }
}

/** The time each field was typed at. An age from a wrong clock must not give a time in the future, or none at all. */
function timesOf(ages: DraftCommand['ageMs'], now: number): (name: string) => number {
  const before = (age: number | undefined) => now - Math.min(now, Math.max(0, Math.round(age ?? 0) || 0))
  if (typeof ages !== 'object') return () => before(ages)
  return (name) => before(Object.hasOwn(ages, name) ? ages[name] : 0)
}

/**
 * The fields that a form has shown and, sent as a whole, does not name any more, as taken out. Values of no named form
 * are among them: they stay for other forms, and this one shows them again only if they are typed later.
 */
const unnamedIn = ({ values: before }: FormDraft, values: FormDraft['values']): Record<string, null> =>
  Object.fromEntries(Object.keys(before).flatMap((name) => (Object.hasOwn(values, name) ? [] : [[name, null]])))

function withDraft(unsaved: Unsaved, step: string, draft: StepDraft | undefined): Unsaved {
  const { [step]: _, ...others } = unsaved.record.drafts
  const drafts = draft ? { ...others, [step]: draft } : others
  return { ...unsaved, record: { ...unsaved.record, drafts } }
}

/** The bytes by which drafts take more than they may: the rest of a session is for what events and effects bring. */
function excess(flow: Flow, before: SessionRecord['drafts'], after: SessionRecord['drafts']): number {
  const { maxDraftBytes = flow.maxBytes / 2 } = flow
  const bytes = sizeOf(after)
  return bytes > maxDraftBytes && bytes > sizeOf(before) ? Math.ceil(bytes - maxDraftBytes) : 0
}

function sizeOf(data: unknown): number {
  let bytes = 0
  const textBytes = (text: string) => encoder.encode(text).length + 1
  walk(data, (part, path) => {
    const name = path.at(-1)
    bytes += (typeof name === 'string' ? textBytes(name) : 0) + (typeof part === 'string' ? textBytes(part) : 8)
    return true
  })
  return bytes
}

const encoder = new TextEncoder()

type Found = { issues: readonly Issue[]; failures: readonly DogearError[] }

/**
 * The issues of the draft: those its event's schema finds, else those the sender found, else those it has. A schema
 * that fails must not cost the person what they typed.
 */
function issuesOf(
  flow: Flow,
  draft: FormDraft,
  said: { type: string | undefined; issues: readonly Issue[] | undefined; late: readonly string[] },
): Found {
  const { type, issues, late } = said
  // An issue of a value that has been replaced since says nothing about the new value.
  const isOld = ({ path }: Issue) => path.length > 0 && late.some((name) => concerns(path, name))
  const known = issues?.filter((issue) => !isOld(issue)) ?? draft.issues
  if (type === undefined) return { issues: known, failures: [] }
  // An event names only the fields that are filled in.
  const filled = Object.entries(draft.values).filter(([, value]) => value !== '')
  try {
    const valid = validate(flow, toEvent(type, Object.fromEntries(filled)), { form: true })
    return { issues: valid.ok ? [] : valid.issues, failures: [] }
  } catch (error) {
    if (!isDogearError(error) || error.code !== 'flow_failed') throw error
    return { issues: known, failures: [error] }
  }
}

/**
 * The session after `event` was applied at a step, without the draft of its own form. Values of no named form may have
 * been typed for it: those its payloads name, as sent or as validated, or its form has `fields` for, are submitted,
 * filled in or not. Once the step is `left`, all of them are, if the event carries any of them or its form has any
 * field at all: a plain form does not name a box that was unticked.
 */
export function forget(
  unsaved: Unsaved,
  step: string | undefined,
  event: { form: string; payloads: readonly object[]; fields: readonly string[]; left: boolean },
): Unsaved {
  const draft = step === undefined ? undefined : unsaved.record.drafts[step]
  if (step === undefined || !draft) return unsaved
  const others = withForm(draft, event.form, emptyDraft)
  const loose = others && formIn(others, '')
  if (!loose) return withDraft(unsaved, step, others)
  const carried = event.payloads.flatMap(Object.keys).filter((name) => name !== 'type')
  const named = new Set([...carried, ...event.fields].map(rootOf))
  const submitted = event.fields.length > 0 || Object.keys(loose.values).some((name) => named.has(rootOf(name)))
  const rest = submitted && event.left ? emptyDraft : withoutFields(loose, named)
  return withDraft(unsaved, step, withForm(others, '', isSpent(rest) ? emptyDraft : rest))
}

// Forms name nested fields `address.street` or `people[0].name`.
const rootOf = (name: string): string => name.split(/[.[]/, 1)[0] as string

function withoutFields(draft: FormDraft, roots: ReadonlySet<string>): FormDraft {
  const { values, issues, at } = draft
  const keep = <T>(some: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(some).filter(([name]) => !roots.has(rootOf(name))))
  const left = issues.filter(({ path: [name] }) => !roots.has(rootOf(String(name))))
  return { ...draft, values: keep(values), issues: left, ...(at && { at: keep(at) }) }
}

const refusedField = (name: string, message: string): Refused => refused('invalid', [{ path: [name], message }])

/** True if a draft says nothing: the times of fields taken out only matter to one that does. */
const isSpent = ({ values, issues }: FormDraft): boolean => Object.keys(values).length === 0 && issues.length === 0

/**
 * The draft after `values` were typed, each at its time; undefined if each of them is known, or older than the one
 * kept. Of equal times the later call wins. The times of the fields taken out last are kept: older values stay out.
 */
export function mergeDraft(
  draft: FormDraft,
  values: FormDraft['values'],
  timeOf: (name: string) => number,
): FormDraft | undefined {
  const typed = Object.entries(values).filter(([name]) => name !== '__proto__')
  const newer = typed.filter(([name, value]) => wins(draft, { name, value, at: timeOf(name) }))
  if (newer.length === 0) return undefined
  const merged = new Map(Object.entries(draft.values))
  for (const [name, value] of newer) {
    if (isGone(value)) merged.delete(name)
    else merged.set(name, value)
  }
  const changed = new Set(newer.filter(([name, value]) => !holds(draft, name, value)).map(([name]) => name))
  const kept = Object.fromEntries(merged)
  return {
    ...draft,
    values: kept,
    // An issue without a field concerns the whole form. Any change may fix it, so drop it.
    issues: draft.issues.filter(({ path }) => ![...changed].some((name) => concerns(path, name))),
    at: timesToKeep({ ...draft.at, ...Object.fromEntries(newer.map(([name]) => [name, timeOf(name)])) }, kept),
  }
}

/** Characters of the names of fields taken out whose times are kept. */
const maxRemoved = 2_000

/** The times without those of fields taken out long ago. */
function timesToKeep(at: Readonly<Record<string, number>>, values: FormDraft['values']): Record<string, number> {
  const names = Object.keys(at).filter((name) => !Object.hasOwn(values, name))
  const newestFirst = names.sort((one, other) => (at[other] as number) - (at[one] as number))
  let room = maxRemoved
  const spent = new Set(
    newestFirst.filter((name) => {
      room -= name.length + 8
      return room < 0
    }),
  )
  return Object.fromEntries(Object.entries(at).filter(([name]) => !spent.has(name)))
}

type Typed = { name: string; value: unknown; at: number }

function wins(draft: FormDraft, { name, value, at }: Typed): boolean {
  const known = knownTime(draft, name)
  return known === undefined || at > known || (at === known && !holds(draft, name, value))
}

// `Object.hasOwn`: a field named `constructor` must not find what every object inherits.
function knownTime({ at }: FormDraft, name: string): number | undefined {
  return at && Object.hasOwn(at, name) ? at[name] : undefined
}

const isGone = (value: unknown): boolean => value === null || value === undefined

const holds = ({ values }: FormDraft, name: string, value: unknown): boolean =>
  Object.hasOwn(values, name) ? same(values[name], value) : isGone(value)
