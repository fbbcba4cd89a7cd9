// The draft of a form is found whichever way the view holds it.

import { expect, it } from 'vitest'
import type { FormDraft, ViewDraft } from '../wire.ts'
import { draftOf } from './form-draft.ts'

const draft = (name: string): FormDraft => ({ values: { name }, issues: [] })
const find = (form: string, one?: ViewDraft) => draftOf({ drafts: one ? { step: one } : {} }, 'step', form)?.values.name

it.each<[string, ViewDraft | undefined, (string | undefined)[]]>([
  ['nothing', undefined, [undefined, undefined]],
  ['values of no named form, which any form shows', draft('loose'), ['loose', 'loose']],
  ['one form', { ...draft('sent'), form: 'sent' }, ['sent', undefined]],
  ['several forms', { ...draft('latest'), forms: { '': draft('loose'), sent: draft('sent') } }, ['sent', 'loose']],
])('where the step has %s', (_, one, [sent, other]) => {
  expect(find('sent', one)).toBe(sent)
  expect(find('constructor', one)).toBe(other)
})
