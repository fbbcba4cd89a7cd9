// The drafts of one step, one for each of its forms.

import { concerns, eventOf } from '../field-names.ts'
import type { FormDraft, ViewDraft } from '../wire.ts'
import { hidden } from './form/marks.ts'

/** The draft of a step: what was typed into no named form, beside `forms`, by the event type of the form. */
export type StepDraft = FormDraft & { readonly forms?: Readonly<Record<string, FormDraft>> }

export const emptyDraft: FormDraft = { values: {}, issues: [] }

export const isEmptyDraft = ({ values, issues, at = {}, whole }: FormDraft): boolean =>
  !whole && issues.length === 0 && [values, at].every((named) => Object.keys(named).length === 0)

/** The form under the name that its event has today. */
export const renamed = (form: string, type: string): string => type + form.slice(eventOf(form).length)

/** The draft of one form, `''` for no named one; undefined if nothing was typed there. */
export function formIn(draft: StepDraft | undefined, form: string): FormDraft | undefined {
  if (form === '') return draft && unnamed(draft)
  return draft?.forms && Object.hasOwn(draft.forms, form) ? draft.forms[form] : undefined
}

/** The step's draft with that of one form replaced; undefined if nothing is left of it. */
export function withForm(draft: StepDraft | undefined, form: string, changed: FormDraft): StepDraft | undefined {
  const { forms = {}, ...top }: StepDraft = draft ?? emptyDraft
  const { [form]: _, ...others } = forms
  const named = form === '' || isEmptyDraft(changed) ? others : { ...others, [form]: changed }
  const next = form === '' ? changed : top
  if (Object.keys(named).length > 0) return { ...next, forms: named }
  return isEmptyDraft(next) ? undefined : next
}

/** The step's draft without forms that are not `known`: what was typed into them belongs to no named one any more. */
export function withoutForms(draft: StepDraft, known: (form: string) => boolean): StepDraft {
  const lost = Object.keys(draft.forms ?? {}).filter((form) => !known(form))
  return lost.reduce((rest: StepDraft, form) => {
    const loose = latest(unnamed(rest), formIn(rest, form) ?? emptyDraft)
    return withForm(withForm(rest, form, emptyDraft), '', loose) ?? emptyDraft
  }, draft)
}

/** Everything typed at the step, the latest of each field. */
export function together(draft: StepDraft): FormDraft {
  return Object.values(draft.forms ?? {}).reduce(latest, unnamed(draft))
}

/**
 * The draft of a step as pages see it. A form shows what was typed into it or into no named one. A draft of an earlier
 * version may hold a field that is `secret` by now.
 */
export function toViewDraft(stored: StepDraft, secret: readonly string[]): ViewDraft {
  const draft = without(secret, stored)
  const top = unnamed(draft)
  const [only, ...others] = Object.entries(draft.forms ?? {})
  if (!only) return top
  if (others.length === 0 && isEmptyDraft(top)) return { ...only[1], form: only[0] }
  const shown = [only, ...others].map(([form, one]) => [form, latest(top, one)] as const)
  return { ...together(draft), forms: Object.fromEntries([['', top], ...shown]) }
}

function without(fields: readonly string[], { forms, ...top }: StepDraft): StepDraft {
  const bare = (one: FormDraft): FormDraft => ({ ...one, values: hidden(fields, one.values) })
  const those = Object.entries(forms ?? {}).map(([form, one]) => [form, bare(one)] as const)
  return forms ? { ...bare(top), forms: Object.fromEntries(those) } : bare(top)
}

const unnamed = ({ forms: _, ...top }: StepDraft): FormDraft => top

/** Two drafts of the same fields: of each field the later typing, of equal times that of `other`. */
export function latest(one: FormDraft, other: FormDraft): FormDraft {
  if (isEmptyDraft(one)) return other
  const time = ({ at, values }: FormDraft, name: string) =>
    at && Object.hasOwn(at, name) ? (at[name] as number) : Object.hasOwn(values, name) ? 0 : -1
  const wins = (name: string) => time(other, name) >= time(one, name)
  const pick = <T>(from: (draft: FormDraft) => Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries([
      ...Object.entries(from(one)).filter(([name]) => !wins(name)),
      ...Object.entries(from(other)).filter(([name]) => wins(name)),
    ])
  const names = [one, other].flatMap(({ values, at }) => Object.keys({ ...values, ...at }))
  const isOther = ({ path }: FormDraft['issues'][number]) =>
    names.filter((name) => concerns(path, name)).every((name) => wins(name))
  const ofOne = one.issues.filter((issue) => issue.path.length === 0 || !isOther(issue))
  const ofOther = other.issues.filter((issue) => issue.path.length === 0 || isOther(issue))
  return {
    values: pick(({ values }) => values),
    issues: [...ofOne, ...ofOther],
    ...((one.at || other.at) && { at: pick(({ at = {} }) => at) }),
    ...(other.whole && { whole: true }),
  }
}
