// The messages for the fields of a form, by the names of the fields.

import type { ViewIssue } from '../wire.ts'

/** The first message of each field; `people[0].name` is the field of the path `['people', 0, 'name']`. */
export function errorsByField(issues: readonly ViewIssue[]): Record<string, string> {
  const errors: Record<string, string> = {}
  for (const { path, message } of issues) errors[fieldName(path)] ??= message
  return errors
}

function fieldName(path: ViewIssue['path']): string {
  // One of several equal fields: they share a name.
  const named = typeof path.at(-1) === 'number' ? path.slice(0, -1) : path
  return named.map((part, index) => (typeof part === 'number' ? `[${part}]` : index > 0 ? `.${part}` : part)).join('')
}
