// The values of a form that its session may lack: kept in the browser, told to the client, filled in again.

import { createBuffer } from '../client/buffer.ts'
import { draftOf, type FlowClient, type FormStatus } from '../client/index.ts'
import type { Due, Memory } from './form-state.ts'
import { type FieldValue, same } from './form-values.ts'
import { typedBefore } from './typed-before.ts'

export { fillField } from './fill-field.ts'

/** `opId` is that of a submission that may have been applied. */
export type BroughtBack = {
  readonly name: string
  readonly value: FieldValue
  readonly typedAt: number
  readonly opId?: string | undefined
}

export type Unsaved = {
  /** The names of the fields that hold another value than the page gave them: changed before hydration. */
  early(form: HTMLFormElement): readonly string[]
  /**
   * Takes in the memory of the form with what is due. A form that is not `shown` is told of until all is saved. `opId`
   * is that of a submission that what is due is part of.
   */
  note(memory: Memory, due: Due | null, shown: boolean, opId: string | undefined): void
  /** True for the memory of a form in a session that is not there any more, of which nothing is told from then on. */
  isOver(memory: Memory): boolean
  /** The values that were typed before in this session, and are to be typed again. */
  broughtBack(memory: Memory): readonly BroughtBack[]
}

export type UnsavedOptions = {
  client: Pick<FlowClient, 'getSnapshot' | 'report' | 'url'>
  step: string
  type: string
}

export function createUnsaved({ client, step, type }: UnsavedOptions): Unsaved {
  const form = { step, type }
  const buffer = createBuffer(client.url, form)
  let broughtBackAt: number | null = null
  let since: number | undefined
  let reported: FormStatus | null = null

  return {
    early: typedBefore,
    note(memory, due, shown, opId) {
      if (!memory.seen) return
      const { view } = client.getSnapshot()
      const fields = [...memory.fields]
      const typed = fields.some(([, { typedAt = 0 }]) => since !== undefined && typedAt > since)
      const refused = fields.some(([name, field]) => same(field.refused, memory.values.get(name) ?? null))
      const wanting = due !== null || memory.saving > 0
      const unsaved = wanting || refused
      const buffered = buffer.keep(view, due, memory.saving > 0 ? memory.values : undefined, opId) && !refused
      // A refused value goes with its page.
      const status = shown || wanting ? { unsaved, typed, buffered, broughtBackAt } : null
      if (same(status, reported)) return
      reported = status
      client.report(form, status)
    },
    isOver({ seen }) {
      const tag = seen?.view.tag
      const over = !!tag && tag !== client.getSnapshot().view.tag
      if (over) client.report(form, null)
      return over
    },
    broughtBack({ values, hidden, fields }) {
      const { view } = client.getSnapshot()
      const { at = {}, values: drafted = {} } = draftOf(view, step, type) ?? {}
      const times = Object.values(drafted).some((value) => value !== '') ? Object.values(at) : []
      const found = Object.entries(buffer.take(view, values)).flatMap(([name, typed]) => {
        const shown = hidden.has(name) ? undefined : values.get(name)
        const mine = fields.get(name)?.typedAt
        return shown === undefined || mine || same(shown, typed.value) ? [] : [{ name, ...typed } as BroughtBack]
      })
      since = Date.now()
      broughtBackAt = Math.max(0, ...times, ...found.map((one) => one.typedAt)) || null
      return found
    },
  }
}
