// The drafts of one form: DOM, timers, requests around what its memory decides.

import { type DraftResult, type FlowClient, isTransient, type Left, type SendResult } from '../client/index.ts'
import type { Problem, View } from '../wire.ts'
import { readForm } from './form-fields.ts'
import { type Action, conflictOf, remember, toSave, toTakeOut } from './form-memory.ts'
import {
  type Due,
  draftIn,
  type FieldConflict,
  newMemory,
  type Reading,
  type Seen,
  shown,
  type Values,
} from './form-state.ts'
import type { BroughtBack, fillField, Unsaved } from './form-unsaved.ts'
import { same } from './form-values.ts'

export { createUnsaved, fillField } from './form-unsaved.ts'

/** `fields` differ from those elsewhere, and wait unsaved for a decision; `submitted`: the step was, elsewhere. */
export type Conflict = {
  readonly fields: readonly FieldConflict[]
  readonly submitted: boolean
  /** The form stays as it is, and is saved over theirs. */
  keepMine(): void
  /** The fields take their values; a step submitted elsewhere is shown as it was submitted. */
  takeTheirs(): void
}

/** The page around a form, as it was rendered last. */
type FormPage = {
  /** Returns the id of the submission that the values belong to; `typed`: something was typed since the last one. */
  opId(typed: boolean): string
  onConflict(conflict: Conflict | null): void
  /** Remakes the fields from the values of the session. */
  onRenew(): void
}

export type FormDraftsOptions = {
  client: Pick<FlowClient, 'getSnapshot' | 'saveDraft' | 'url'>
  step: string
  /** The type of the form's event. */
  type: string
  autosave: boolean
  page: { readonly current: FormPage }
  /** Keeps what is not saved yet in this browser. */
  unsaved: Unsaved
  fill: typeof fillField
}

export type FormDrafts = {
  /** Listens to a form until the returned function is called; `generation` counts how often its fields were remade. */
  start(form: HTMLFormElement, generation: number): () => void
  follow(seen: Seen): void
  /** Notes that the form is being submitted. Returns the values to keep if it is refused. */
  submit(): Values
  answered(result: SendResult): void
}

type Answer = { ok: boolean; view?: View; kept?: Promise<DraftResult>; problem?: Problem }

const debounceMs = 800
const ceilingMs = 1500
const retryMs = 5000
// Leaving a field for the button that submits it is no reason to save it first.
const blurMs = 200

type Form = { readonly shared: string; reading(): Reading }

/** The forms on the page. Rows of a list that share a draft, and the names of its fields, would fill in one another. */
const forms = new Set<Form>()

const isAlone = (own: Form): boolean =>
  ![...forms].some((other) => other !== own && other.shared === own.shared && overlap(own.reading(), other.reading()))

const overlap = (one: Reading, other: Reading): boolean =>
  [...one.values.keys()].some((name) => shown(one, name) !== undefined && shown(other, name) !== undefined)

export function createFormDrafts(options: FormDraftsOptions): FormDrafts {
  const { client, step, type: form, autosave, page, unsaved, fill } = options
  const own = { shared: client.url + step + form, reading: (): Reading => memory }
  let memory = newMemory(step, form)
  let made: { form: HTMLFormElement; generation: number } | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let typingSince: number | undefined
  let listening = false
  /** When the value was typed that is being brought back. */
  let back: number | undefined

  function dispatch(action: Action, reading = made && readForm(made.form)): void {
    const before = conflictOf(memory)
    memory = remember(memory, action, { at: back ?? Date.now(), reading })
    const { renew } = memory
    if (made && memory.fill.size > 0) {
      for (const [name, value] of memory.fill) fill(made.form, name, value)
      dispatch({ type: 'read' })
    }
    const conflict = conflictOf(memory)
    if (!same(conflict, before)) page.current.onConflict(conflict && { ...conflict, keepMine, takeTheirs })
    note()
    if (renew) page.current.onRenew()
  }

  function note(): void {
    if (autosave && isAlone(own))
      unsaved.note(memory, toSave(memory, true), listening, memory.typed ? undefined : page.current.opId(false))
  }

  /** Fills in what was typed before and not saved. */
  async function bringBack(to: HTMLFormElement): Promise<void> {
    let one: BroughtBack | undefined
    for (one of unsaved.broughtBack(memory)) {
      back = one.typedAt
      fill(to, one.name, one.value)
    }
    back = undefined
    note()
    if (!one?.opId) return
    // Their submission may have been applied. Under its id a draft is kept only if it was not.
    const view = await flush(false, one.opId)
    if (view && !(one.name in draftIn(memory, view)) && !toSave(memory, true)) page.current.onRenew()
  }

  function keepMine(): void {
    dispatch({ type: 'keepMine' })
    flush()
  }

  async function takeTheirs(): Promise<void> {
    const values = toTakeOut(memory)
    dispatch({ type: 'takeTheirs' })
    if (!values) return
    await client.saveDraft(step, values, { opId: page.current.opId(true), form })
    page.current.onRenew()
  }

  function schedule(ms: number): void {
    clearTimeout(timer)
    timer = setTimeout(flush, ms)
  }

  function stop(): void {
    clearTimeout(timer)
    timer = typingSince = undefined
  }

  async function flush(leaving = false, opId = page.current.opId(memory.typed)): Promise<View | undefined> {
    stop()
    // Values typed in a session that is over must not get into another one.
    if (!listening && unsaved.isOver(memory)) memory = newMemory(step, form)
    const due = autosave && isAlone(own) && toSave(memory, leaving)
    if (!due) return
    return track(due, client.saveDraft(step, due.values, { ...due, opId, form, leaving }), leaving)
  }

  async function track(due: Due, result: Promise<DraftResult>, leaving = false): Promise<View | undefined> {
    dispatch({ type: 'saving', ...due, leaving })
    const { left = {}, view } = (await result) as { left?: Left; view?: View }
    dispatch({ type: 'saved', ...due, left })
    if (Object.values(left).includes('lost')) schedule(retryMs)
    else if (timer === undefined) flush()
    return view
  }

  function onInput({ target }: Event): void {
    // The form is being filled in by its memory.
    if (!made || memory.fill.size > 0) return
    const { name } = target as HTMLInputElement
    const reading = readForm(made.form)
    // A change is announced once more when the field is left.
    if (same(reading.values.get(name), memory.values.get(name))) return
    dispatch({ type: 'typed', name }, reading)
    typingSince ??= Date.now()
    schedule(Math.min(debounceMs, typingSince + ceilingMs - Date.now()))
  }

  function listen(to: HTMLFormElement): () => void {
    const ended = new AbortController()
    const on = (target: EventTarget, type: string, listener: (event: Event) => void) =>
      target.addEventListener(type, listener, ended)
    const saveNow = (leaving: boolean) => {
      dispatch({ type: 'read' })
      flush(leaving)
    }
    // React hears of a box by its click, and may render before the browser announces the change.
    for (const type of ['click', 'input', 'change']) on(to, type, onInput)
    on(to, 'focusout', () => schedule(blurMs))
    on(document, 'visibilitychange', () => document.visibilityState === 'hidden' && saveNow(true))
    on(window, 'pagehide', () => saveNow(true))
    on(window, 'online', () => saveNow(false))
    listening = true
    note()
    return () => {
      ended.abort()
      listening = false
      // A list shows what was added, and makes the form anew, before the form itself has its answer.
      const { busy, problem, view } = client.getSnapshot()
      if (memory.submission && !busy && !problem) dispatch({ type: 'answered', view }, memory)
      // The fields may be gone already; what was read last is what was typed.
      flush()
      note()
      forms.delete(own)
    }
  }

  return {
    start(form, generation) {
      const anew = made?.form !== form || made.generation !== generation
      made = { form, generation }
      forms.add(own)
      const typed = unsaved.early(form)
      dispatch(anew ? { type: 'made', typed } : { type: 'read' })
      // A value may come from typing before hydration, or from a browser that restored it. Only focus tells typing.
      if (anew && typed.length > 0 && form.contains(document.activeElement)) schedule(debounceMs)
      return listen(form)
    },
    follow(seen) {
      if (!made) return
      const first = !memory.seen
      if (isAlone(own)) dispatch({ type: 'arrived', seen })
      if (first) bringBack(made.form)
    },
    submit() {
      stop()
      dispatch({ type: 'submitted' })
      return (isAlone(own) && memory.submission) || {}
    },
    answered(result) {
      const { submission } = memory
      const { view, kept, problem }: Answer = result
      dispatch({ type: 'answered', view })
      if (kept) void track({ values: submission ?? {}, typedAt: {} }, kept)
      if (problem && isTransient(problem)) schedule(retryMs)
      else flush()
    },
  }
}
