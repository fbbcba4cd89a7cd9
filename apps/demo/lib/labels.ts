// The labels of a form's fields, for messages that have to name the field.

/** Labels by the name of the field. */
export type Labels = Readonly<Record<string, string>>

// The engine refuses card numbers in any field, and knows no labels.
const unnamed = /^This looks like/

/** The label of a field as a sentence has it; undefined for a field without one. */
export const labelOf = (labels: Labels, name: string): string | undefined => labels[name]?.replace(/ \(optional\)$/, '')

/** `message` about the field called `name`, with its label where the message does not tell which field it is about. */
export function namedMessage(labels: Labels, name: string, message: string): string {
  const label = labelOf(labels, name)
  return label && unnamed.test(message) ? `${label}: ${message.replace(unnamed, 'this looks like')}` : message
}

/** The messages by the name of the field, each naming its field. */
export function namedMessages(labels: Labels, messages: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(messages).map(([name, message]) => [name, namedMessage(labels, name, message)]),
  )
}
