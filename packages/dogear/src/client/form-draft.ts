// The draft of one form, in the view of a session.

import type { FormDraft, View } from '../wire.ts'

/** The draft of the form of an event at a step, with values of no named form; undefined if nothing was typed. */
export function draftOf(view: Pick<View, 'drafts'>, step: string, form: string): FormDraft | undefined {
  const draft = view.drafts[step]
  const forms = draft?.forms
  if (forms) return Object.hasOwn(forms, form) ? forms[form] : forms['']
  return draft?.form === undefined || draft.form === form ? draft : undefined
}
