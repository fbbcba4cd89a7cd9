// Views, problems, devices, saved sessions in the words of a request.

import type {
  FormDraft,
  Gone,
  HandoffLook,
  Problem,
  SavedSession,
  View,
  ViewDevice,
  ViewDraft,
  ViewIssue,
} from '../../wire.ts'
import { labelIn } from '../browser/device-label.ts'
import { english, type Words } from './catalogue.ts'

/** The words of the request; undefined for what is said as it is stored. */
export type Said = Words | undefined

export function viewIn(words: Said, view: View): View {
  if (!words) return view
  return {
    ...view,
    steps: view.steps.map((step) => ({ ...step, title: textIn(words, step.title) })),
    issues: issuesIn(words, view.issues),
    drafts: valuesOf(view.drafts, (draft) => draftIn(words, draft)),
    gone: view.gone && goneIn(words, view.gone),
  }
}

/** A problem; of one that a page has no text for, the detail stays as it is. */
export function problemIn(words: Said, problem: Problem): Problem {
  if (!words) return problem
  return {
    ...problem,
    detail: detailIn(words, problem) ?? problem.detail,
    ...(problem.issues && { issues: issuesIn(words, problem.issues) }),
    ...(problem.view && { view: viewIn(words, problem.view) }),
  }
}

/** The text that `words` has for the code of a problem. */
export const detailIn = ({ problems }: Words, { code }: Problem): string | undefined =>
  find(problems as Readonly<Record<string, string>> | undefined, code)

export const devicesIn = (words: Said, devices: readonly ViewDevice[]): readonly ViewDevice[] =>
  words ? devices.map((device) => ({ ...device, label: deviceIn(words, device.label) })) : devices

export const savedIn = (words: Said, sessions: readonly SavedSession[]): readonly SavedSession[] =>
  words ? sessions.map((saved) => ({ ...saved, title: titleIn(words, saved.title) })) : sessions

export function lookIn(words: Said, look: HandoffLook): HandoffLook {
  if (!words) return look
  const { from, title, here } = look
  return {
    ...look,
    from: deviceIn(words, from),
    title: titleIn(words, title),
    here: here && here !== 'same' ? { ...here, title: titleIn(words, here.title) } : here,
  }
}

const goneIn = (words: Words, gone: Gone): Gone => ({ ...gone, to: gone.to === null ? null : deviceIn(words, gone.to) })

const deviceIn = (words: Words, label: string): string => labelIn({ ...english.devices, ...words.devices }, label)

function draftIn(words: Words, { forms, ...draft }: ViewDraft): ViewDraft {
  return { ...formIn(words, draft), ...(forms && { forms: valuesOf(forms, (form) => formIn(words, form)) }) }
}

const formIn = <T extends FormDraft>(words: Words, form: T): T => ({ ...form, issues: issuesIn(words, form.issues) })

const issuesIn = (words: Words, issues: readonly ViewIssue[]): readonly ViewIssue[] =>
  issues.map(({ path, message }) => ({ path, message: textIn(words, message) }))

const titleIn = (words: Words, title: string | null): string | null => (title === null ? null : textIn(words, title))

function textIn({ texts }: Words, text: string): string {
  const found: unknown = typeof texts === 'function' ? texts(text) : find(texts, text)
  return typeof found === 'string' ? found : text
}

const find = (texts: Readonly<Record<string, string>> | undefined, key: string): string | undefined =>
  texts && Object.hasOwn(texts, key) ? texts[key] : undefined

const valuesOf = <T>(of: Readonly<Record<string, T>>, change: (value: T) => T): Record<string, T> =>
  Object.fromEntries(Object.entries(of).map(([name, value]) => [name, change(value)]))
