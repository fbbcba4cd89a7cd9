// The labels of a form's fields, for messages that have to name the field.

import type { Words } from '../words/words.ts'

/** Labels by the name of the field. */
export type Labels = Readonly<Record<string, string>>

/** `labels` in the words of the page. */
export const labelsIn = (labels: Labels, { any }: Words): Labels =>
  Object.fromEntries(Object.entries(labels).map(([name, label]) => [name, any(label)]))

// The engine refuses card numbers in any field, and knows no labels.
const unnamed = 'This looks like a card number. It is not kept here.'

/** The label of a field as a sentence has it; undefined for a field without one. */
export const labelOf = (labels: Labels, name: string): string | undefined => labels[name]?.replace(/ \([^()]*\)$/, '')

/** `message` about the field called `name`, with its label where the message does not tell which field it is about. */
export function namedMessage(labels: Labels, name: string, message: string, { t, any }: Words): string {
  const label = labelOf(labels, name)
  if (!label || any(message) !== t(unnamed)) return any(message)
  return t('{label}: this looks like a card number. It is not kept here.', { label })
}

/** The messages by the name of the field, each naming its field. */
export function namedMessages(
  labels: Labels,
  messages: Readonly<Record<string, string>>,
  words: Words,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(messages).map(([name, message]) => [name, namedMessage(labels, name, message, words)]),
  )
}
