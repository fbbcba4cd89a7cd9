// The server of a form's small world: one step, the times of what was typed into it.

import type { View } from '../wire.ts'
import type { Values } from './form-state.ts'
import { type FieldValue, same, toField } from './form-values.ts'

export const step = 'details'
export type Answers = Readonly<Record<string, string>>

/** When each field was typed, or all of them. */
export type Times = number | Readonly<Record<string, number>>
const timeIn = (times: Times, name: string) => (typeof times === 'number' ? times : (times[name] as number))

export type Server = {
  view(): View
  value(name: string): FieldValue
  /** Every value that came, with the time of its typing, or of its submission. */
  came: readonly { name: string; value: FieldValue | null; at: number }[]
  put(request: { op: number; values: Values; at: Times }): void
  /** False: the values are refused. */
  submit(request: { op: number; values: Values; at: number; invalid?: boolean }): boolean
}

/** Keeps one step: what was submitted, and over it the latest typing of each field. */
export function createServer(answers: Answers | null): Server {
  const applied = new Set<number>()
  const came: { name: string; value: FieldValue | null; at: number }[] = []
  let submitted = answers
  let draft = new Map<string, { value: FieldValue | null; at: number }>()
  let place = { revision: 1, step }
  const advance = (to = place.step) => {
    place = { revision: place.revision + 1, step: to }
  }
  const values = () =>
    Object.fromEntries([...draft].filter(([, { value }]) => value !== null).map(([name, { value }]) => [name, value]))
  return {
    came,
    view: () =>
      ({
        ...place,
        epoch: 0,
        mark: `${place.revision}`,
        tag: 'session',
        gone: null,
        context: submitted,
        drafts: draft.size > 0 ? { [step]: { values: values(), issues: [] } } : {},
      }) as unknown as View,
    value: (name) => toField(draft.get(name)?.value ?? submitted?.[name]),
    put(request) {
      if (applied.has(request.op)) return
      let changed = false
      for (const [name, value] of Object.entries(request.values)) {
        const known = draft.get(name)
        const at = timeIn(request.at, name)
        came.push({ name, value, at })
        if (known && (at < known.at || (at === known.at && same(value, known.value)))) continue
        draft.set(name, { value, at })
        changed = true
      }
      if (changed) advance()
    },
    submit({ op, values, at, invalid = false }) {
      if (applied.has(op)) return true
      if (invalid) return false
      applied.add(op)
      for (const [name, value] of Object.entries(values)) came.push({ name, value, at })
      submitted = Object.fromEntries(Object.entries(values).filter(([, value]) => value)) as Answers
      draft = new Map()
      advance('next')
      return true
    },
  }
}
