// Keeps what is typed in one form: when it is saved, again if that did not work, and what a submission makes of it.

import { type DraftResult, type FlowClient, isTransient, type SendResult } from '../client/index.ts'
import { type Conflict, createFollower, type Field, type Seen } from './follower.ts'
import { hiddenFields, readFields, typedBefore } from './form-fields.ts'
import type { FieldValue } from './form-values.ts'

type Values = Readonly<Record<string, FieldValue | null>>

export type DraftKeeperOptions = {
  client: Pick<FlowClient, 'saveDraft'>
  step: string
  autosave: boolean
  /** Of the submission the values are becoming. `typed`: something was typed since the last one left. */
  opId(typed: boolean): string
  onConflict(conflict: Conflict | null): void
  /** The fields are to be made anew from what the session says. */
  onRenew(): void
}

export type DraftKeeper = {
  /** Begins to listen to a form; `generation` counts how often its fields were made anew. Returns the end of it. */
  start(form: HTMLFormElement, generation: number): () => void
  follow(seen: Seen): void
  /** The form is being submitted: what to keep of it if it is refused. */
  leave(): Values
  /** The answer to that is here. */
  arrive(result: SendResult): void
}

const debounceMs = 800
const ceilingMs = 1500
const retryMs = 5000
// Leaving a field for the button that submits it is no reason to save it first.
const blurMs = 200

export function createDraftKeeper({ client, step, autosave, ...options }: DraftKeeperOptions): DraftKeeper {
  const known = new Map<string, Field>()
  let form: HTMLFormElement | undefined
  let made: number
  let values = new Map<string, FieldValue | undefined>()
  let hidden = new Set<string>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let since: number | undefined
  let saving = 0
  let submitted: Values | undefined
  let typedSince = false

  const fields = {
    of(name: string): Field {
      const field = known.get(name) ?? {}
      known.set(name, field)
      return field
    },
    typed: () => [...known].filter(([, { typed }]) => typed),
    value: (name: string) => (hidden.has(name) ? undefined : values.get(name)),
  }
  const save = async (changed: Values) => {
    if (Object.keys(changed).length > 0) await client.saveDraft(step, changed, { opId: options.opId(true) })
  }
  const follower = createFollower({ ...options, step, fields, read, save, flush })

  function read(): void {
    if (!form) return
    values = readFields(form)
    hidden = hiddenFields(form)
  }

  /** What the session does not have, null for fields that are no more. */
  function changes(leaving: boolean): Record<string, FieldValue | null> {
    const found: Record<string, FieldValue | null> = {}
    let telling = false
    for (const [name, value] of values) {
      const field = fields.of(name)
      const json = JSON.stringify(value)
      // A field that came later is no change.
      if (field.has === undefined && !field.typed && !hidden.has(name)) field.has = json
      const due = leaving ? field.has !== json || field.sending : field.has !== json && field.theirs === undefined
      if (value === undefined || !due) continue
      found[name] = value
      // Hidden fields say what the others mean, and nothing by themselves.
      telling ||= !hidden.has(name)
    }
    // With no field left, the page is showing something else: nobody took them out one by one.
    if (values.size > hidden.size)
      for (const [name, { has = '""' }] of known)
        if (!values.has(name) && has !== '""') {
          found[name] = null
          telling = true
        }
    return telling ? found : {}
  }

  function schedule(ms: number): void {
    clearTimeout(timer)
    timer = setTimeout(flush, ms)
  }

  function stop(): void {
    clearTimeout(timer)
    timer = undefined
    since = undefined
  }

  /** Saves what is not saved. `leaving`: the page may be gone the next moment. */
  function flush(leaving = false): void {
    stop()
    // Between a submission and its answer only a page that leaves saves anything.
    if (!autosave || (!leaving && (saving > 0 || submitted))) return
    const changed = changes(leaving)
    const names = Object.keys(changed)
    if (names.length === 0) return
    const now = Date.now()
    // All of it counts as old as the oldest: what could not be saved for long must not pass for as new.
    const ageMs = now - Math.min(...names.map((name) => fields.of(name).at ?? now))
    const opId = options.opId(typedSince)
    void track(changed, client.saveDraft(step, changed, { opId, ageMs, leaving }), leaving)
  }

  /** Follows what becomes of values that are on their way. */
  async function track(sent: Values, result: Promise<DraftResult>, leaving = false): Promise<void> {
    const entries = Object.entries(sent).map(([name, value]) => {
      const field = fields.of(name)
      // Of a submission that was refused, what is empty counts as known: saying so once more would take back what is wrong with it.
      const empty = value === null && values.has(name)
      const json = value === null && !empty ? undefined : JSON.stringify(value ?? '')
      field.has = json
      // What is sent to outlive the page need not be sent again.
      field.sending = !leaving
      field.wrote ??= new Set()
      field.wrote.add(json ?? '""')
      return { field, json, empty }
    })
    saving++
    const answer = await result
    saving--
    const again = !answer.ok && isTransient(answer.problem)
    for (const { field, json, empty } of entries) {
      field.sending = false
      // Never what a field holds, so that it is a change again.
      if (again && !empty && field.has === json) field.has = ''
    }
    if (again) schedule(retryMs)
    else if (timer === undefined) flush()
  }

  function onInput({ target }: Event): void {
    const { name } = target as HTMLInputElement
    const before = JSON.stringify(values.get(name))
    if (follower.filling()) return
    read()
    // Also a change that is announced once more when the field is left.
    if (JSON.stringify(values.get(name)) === before) return
    const now = Date.now()
    Object.assign(fields.of(name), { typed: true, at: now })
    typedSince = true
    follower.tell()
    since ??= now
    schedule(Math.min(debounceMs, since + ceilingMs - now))
  }

  function listen(to: HTMLFormElement): () => void {
    const ended = new AbortController()
    const on = (target: EventTarget, type: string, listener: (event: Event) => void) =>
      target.addEventListener(type, listener, { signal: ended.signal })
    const saveNow = (leaving: boolean) => {
      read()
      flush(leaving)
    }
    on(to, 'input', onInput)
    on(to, 'change', onInput)
    on(to, 'focusout', () => schedule(blurMs))
    on(document, 'visibilitychange', () => document.visibilityState === 'hidden' && saveNow(true))
    on(window, 'pagehide', () => saveNow(true))
    on(window, 'online', () => saveNow(false))
    return () => {
      ended.abort()
      // The fields may be gone already; what was read last is what was typed.
      flush()
    }
  }

  return {
    start(started, generation) {
      const anew = form !== started || made !== generation
      form = started
      made = generation
      read()
      if (anew) {
        known.clear()
        const typed = typedBefore(started).filter((name) => values.get(name) !== undefined)
        for (const name of typed) fields.of(name).typed = true
        changes(false)
        // Typed before the page woke up, if somebody is still there. What a browser has put back waits for its person.
        if (typed.length > 0 && started.contains(document.activeElement)) schedule(debounceMs)
      }
      return listen(started)
    },
    follow(seen) {
      if (form) follower.follow(seen, form, submitted !== undefined)
    },
    leave() {
      read()
      stop()
      typedSince = false
      const kept = [...values].filter(([, value]) => value !== undefined)
      submitted = Object.fromEntries(kept.map(([name, value]) => [name, value || null])) as Values
      return submitted
    },
    arrive(result) {
      const sent = submitted ?? {}
      submitted = undefined
      if (result.ok) {
        known.clear()
        for (const [name, value] of Object.entries(sent)) {
          const has = JSON.stringify(value ?? '')
          known.set(name, { has, typed: has !== JSON.stringify(values.get(name)) })
        }
        follower.submitted(result.view)
      } else if (result.kept) void track(sent, result.kept)
      if (!result.ok && isTransient(result.problem)) schedule(retryMs)
      else flush()
    },
  }
}
