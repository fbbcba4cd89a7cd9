// Lifts what pages from before a deploy send into the shape of today: events, steps, typed values.

import type { FormDraft } from '../../wire.ts'
import { answerOf, refusePromise } from '../foreign.ts'
import type { MachineEvent } from '../machine.ts'
import { emptyDraft, isEmptyDraft, latest, type StepDraft } from '../step-drafts.ts'
import type { Lifts, LooseDraft, MigrationRule, Migrations } from './migration.ts'

type Versions = { readonly version: number; readonly oldest: number }

/** The part of a flow that pages depend on. */
type Paged = Versions & {
  readonly migrations: Migrations
  readonly lifts: Lifts
  readonly steps: readonly { id: string }[]
}

/** The versions before the current one, the newest first. */
export const olderVersions = ({ version, oldest }: Versions): number[] =>
  Array.from({ length: Math.max(0, version - oldest) }, (_, index) => version - 1 - index)

/** True if `from` is a version before the current one from which migrations lead here. */
export const isOlder = ({ version, oldest }: Versions, from: number | undefined): from is number =>
  from !== undefined && Number.isSafeInteger(from) && from >= oldest && from < version

type Lifting = Pick<Paged, 'version' | 'lifts'>

/** The event as a page of today would send it, unchecked; undefined if it cannot be carried over. */
export function liftEvent({ version, lifts }: Lifting, event: MachineEvent, from: number): MachineEvent | undefined {
  let lifted = event
  for (let at = from; at < version; at++) {
    const { type, ...payload } = lifted
    const byType = lifts[at]
    const lift = byType && Object.hasOwn(byType, type) ? byType[type] : undefined
    if (!lift) continue
    let next: object | undefined
    try {
      next = lift(structuredClone(payload))
    } catch {
      // The payload came from outside, unchecked, so a lift that throws at it is no fault to report.
      return undefined
    }
    answerOf(`the lift of "${type}" from version ${at}`, () => next)
    if (typeof next !== 'object' || next === null) return undefined
    lifted = { type, ...next }
  }
  return lifted
}

/** The current id of a step. Without a version `from`, an unknown id is taken as that of the newest version with it. */
export function liftStep(flow: Omit<Paged, 'lifts'>, step: string, from: number | undefined): string {
  const known = (id: string) => flow.steps.some((candidate) => candidate.id === id)
  const since = (version: number) => rulesSince(flow, version).reduce((id, rule) => renamedStep(rule, id), step)
  if (isOlder(flow, from)) return since(from)
  if (from !== undefined || known(step)) return step
  return olderVersions(flow).map(since).find(known) ?? step
}

/** The draft of a page of an older version, as a page of today would send it. `type` is the event it is to become. */
export function liftDraft(
  flow: Paged,
  draft: LooseDraft & { type?: string | undefined },
  from: number | undefined,
): LooseDraft & { type: string | undefined } {
  const { type, step, values } = draft
  const since = isOlder(flow, from) ? from : from === undefined ? sinceUnknown(flow, step) : undefined
  if (since === undefined) return { type, step, values }
  const lifted = rulesSince(flow, since).reduce<LooseDraft>((before, rule) => looseOf(rule, before), { step, values })
  return { ...lifted, type: type === undefined ? undefined : liftEvent(flow, { ...values, type }, since)?.type }
}

/** The newest older version that had a step of this id; undefined if the current one has it. */
function sinceUnknown(flow: Paged, step: string): number | undefined {
  if (flow.steps.some(({ id }) => id === step)) return undefined
  const known = (version: number) => flow.steps.some(({ id }) => id === liftStep(flow, step, version))
  return olderVersions(flow).find(known)
}

function rulesSince({ version, migrations }: Pick<Paged, 'version' | 'migrations'>, from: number): MigrationRule[] {
  return Array.from({ length: version - from }, (_, index) => {
    const migration = migrations[from + index]
    return typeof migration === 'object' ? migration : { migrate: (old) => old }
  })
}

export function renamedStep({ steps }: MigrationRule, step: string): string {
  return steps && Object.hasOwn(steps, step) ? (steps[step] as string) : step
}

/** The drafts of all steps after one migration. Two drafts that come to the same step are merged, form by form. */
export function liftDrafts(
  rule: MigrationRule,
  drafts: Readonly<Record<string, StepDraft>>,
): Readonly<Record<string, StepDraft>> {
  if (!rule.steps && !rule.draft) return drafts
  const lifted = new Map<string, StepDraft>()
  const put = (step: string, draft: StepDraft) => lifted.set(step, joined(lifted.get(step), draft))
  for (const [id, { forms = {}, ...top }] of Object.entries(drafts)) {
    const all: [string, FormDraft][] = [['', top], ...Object.entries(forms)]
    for (const [form, draft] of all) {
      if (form === '' && isEmptyDraft(draft)) continue
      const { step, values } = looseOf(rule, { step: id, values: draft.values })
      const changed = values === draft.values ? draft : reshaped(draft, values)
      put(step, form === '' ? changed : { ...emptyDraft, forms: { [form]: changed } })
    }
  }
  return Object.fromEntries(lifted)
}

/** One draft after one migration. If the rule fails or returns nothing, the draft keeps its values. */
function looseOf(rule: MigrationRule, { step, values }: LooseDraft): LooseDraft {
  const there = { step: renamedStep(rule, step), values }
  try {
    const next = refusePromise('a migration of drafts', rule.draft?.(structuredClone({ step, values })))
    const given = next?.values
    return { step: next?.step ?? there.step, values: typeof given === 'object' && given !== null ? given : values }
  } catch {
    return there
  }
}

/** The draft with new values, without its issues; a new field gets the time of the newest one before. */
function reshaped({ values: before, at }: FormDraft, values: LooseDraft['values']): FormDraft {
  if (!at) return { values, issues: [] }
  const newest = Math.max(0, ...Object.values(at))
  const gone = Object.entries(at).filter(([name]) => !Object.hasOwn(before, name))
  const times = Object.keys(values).map((name): [string, number] => [
    name,
    Object.hasOwn(at, name) ? (at[name] as number) : newest,
  ])
  return { values, issues: [], at: Object.fromEntries([...gone, ...times]) }
}

function joined(one: StepDraft = emptyDraft, { forms = {}, ...top }: StepDraft): StepDraft {
  const { forms: there = {}, ...before } = one
  const all = Object.entries(forms).map(([form, draft]) => {
    return [form, latest(Object.hasOwn(there, form) ? (there[form] as FormDraft) : emptyDraft, draft)] as const
  })
  const named = { ...there, ...Object.fromEntries(all) }
  const loose = isEmptyDraft(top) ? before : latest(before, top)
  return Object.keys(named).length > 0 ? { ...loose, forms: named } : loose
}
