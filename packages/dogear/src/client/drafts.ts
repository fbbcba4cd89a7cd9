// Drafts on their way to the server, in turn with events; a refused value is never sent twice.

import type { DraftBody, Problem, View } from '../wire.ts'
import { createOpId } from './op-id.ts'
import { isTransient, jsonRequest } from './request.ts'

/**
 * The state of what is typed: `unsaved` until it is sent, `saved` only if the server has acknowledged all of it.
 *
 * `savedAt` is the time of the last acknowledgement, by this browser's clock; `problem` the reason of a failure.
 * `refused` are the fields the server does not take as they are, each with the reason, until they change. `buffered`:
 * what is not saved yet is kept in this browser, so that the page may be closed. `broughtBackAt` is when the values
 * were typed that were there when the page came, until more is typed.
 */
export type DraftStatus<V extends View = View> = {
  readonly state: 'idle' | 'unsaved' | 'saving' | 'saved' | 'failed'
  readonly savedAt: number | null
  readonly problem: Problem<V> | null
  readonly refused: Readonly<Record<string, Problem<V>>>
  readonly buffered: boolean
  readonly broughtBackAt: number | null
}

/** The report of a form on its own values, for the status of all. `typed`: more was typed than was brought back. */
export type FormStatus = { readonly unsaved: boolean; readonly typed: boolean } & Pick<
  DraftStatus,
  'buffered' | 'broughtBackAt'
>

/** `lost`: the value may be saved or not; `refused`: it never will be. */
export type Left = Readonly<Record<string, 'lost' | 'refused'>>

/** `left` are the fields of a draft that are not known to be saved. */
export type DraftResult<V extends View = View> = { ok: true; view: V } | { ok: false; problem: Problem<V>; left?: Left }

/**
 * `opId` is that of the submission the values are becoming (default: a fresh one); `typedAt` when they were typed, all
 * or each, by this browser's clock (default: now); `form` the type of the event they are typed for; `type` asks for
 * them to be checked as that event and kept with their issues. `leaving`: the page may be gone the next moment, so do
 * not wait for anything.
 */
export type DraftOptions = {
  opId?: string | undefined
  typedAt?: number | Readonly<Record<string, number | undefined>> | undefined
  form?: string | undefined
  type?: string | undefined
  leaving?: boolean | undefined
}

export type SaveDraft<V extends View = View> = (
  step: string,
  values: Readonly<Record<string, unknown>>,
  options?: DraftOptions,
) => Promise<DraftResult<V>>

export const noDraft: DraftStatus<never> = {
  state: 'idle',
  savedAt: null,
  problem: null,
  refused: {},
  buffered: false,
  broughtBackAt: null,
}

type Values = Readonly<Record<string, unknown>>
type Form = { readonly step: string; readonly type: string }
type Shown<V extends View> = { draft: DraftStatus<V> }

type Deps<V extends View> = {
  pageState(): Required<Pick<DraftBody, 'version' | 'position'>>
  /** Runs a job after the requests made before; `hurried` resolves when a submission waits behind it. */
  enqueue<T>(job: (hurried: Promise<unknown>) => Promise<T>): Promise<T>
  show(status: Shown<V>): void
  /** Sends a request and shows the view it brings, together with the status after the answer. */
  ask(
    path: string,
    request: () => RequestInit,
    status: (result: DraftResult<V>) => Shown<V>,
    hurried?: Promise<unknown>,
  ): Promise<DraftResult<V>>
}

export type Drafts<V extends View> = {
  save: SaveDraft<V>
  /** Takes in the report of a form; null: it is not on the page any more. */
  report(form: Form, status: FormStatus | null): void
  /** Forgets a step that was submitted, or all of a session that is over. Returns the status after it. */
  forget(step?: string): DraftStatus<V>
}

type Answered<V extends View> = { ok: boolean; problem?: Problem<V> }

/** A value that is not acknowledged, as JSON; `problem`: the reason why it was not. */
type Waiting<V extends View> = { name: string; json: string | undefined; problem?: Problem<V> | undefined }

export function createDrafts<V extends View>(deps: Deps<V>): Drafts<V> {
  const { pageState, enqueue, show, ask } = deps
  /** All that was to be saved and is not, by step, form and field. */
  const waiting = new Map<string, Waiting<V>>()
  const forms = new Map<Form, FormStatus>()
  let savedAt: number | null = null
  let underWay = 0
  /** When the values of requests were typed, and when these ended. Both times rise along the list. */
  let ended: readonly { typedAt: number; answeredAt: number }[] = []

  function status(): DraftStatus<V> {
    const reports = [...forms.values()]
    const unsaved = reports.filter((form) => form.unsaved)
    const failed = [...waiting.values()].filter((one) => one.problem)
    return {
      state:
        failed.length < waiting.size
          ? 'saving'
          : failed[0]
            ? 'failed'
            : unsaved[0]
              ? 'unsaved'
              : savedAt
                ? 'saved'
                : 'idle',
      savedAt,
      problem: failed.at(-1)?.problem ?? null,
      refused: Object.fromEntries(
        failed.flatMap(({ name, problem }) => (problem && !isTransient(problem) ? [[name, problem]] : [])),
      ),
      buffered: !!unsaved[0] && unsaved.every((form) => form.buffered),
      broughtBackAt: reports.some((form) => form.typed)
        ? null
        : Math.max(0, ...reports.map((form) => form.broughtBackAt ?? 0)) || null,
    }
  }

  function drop(prefix: string): void {
    for (const key of waiting.keys()) if (key.startsWith(prefix)) waiting.delete(key)
  }

  // The server subtracts the age from its time of arrival, which may be long after the request left. A value typed
  // after one that was saved must not count as older than it. Two milliseconds cover the rounding.
  function ageOf(typedAt: number): number {
    const after = ended.filter((one) => typedAt >= one.typedAt).at(-1)?.answeredAt ?? -2
    return Math.max(0, Date.now() - Math.max(typedAt, after + 2))
  }

  return {
    save(step, values, { opId = createOpId(), typedAt, type, form = type, leaving = false } = {}) {
      const now = Date.now()
      const timeOf = (name: string) => (typeof typedAt === 'object' ? typedAt[name] : typedAt) ?? now
      const overtaking = leaving && underWay > 0
      const prefix = prefixOf(step, form)
      const left: Record<string, 'lost' | 'refused'> = {}
      for (const name in values) {
        const json = JSON.stringify(values[name])
        const before = waiting.get(prefix + name)
        // A connection that fails is not said to work before it does.
        const { problem } = before ?? {}
        if (before?.json !== json)
          waiting.set(prefix + name, { name, json, problem: problem && isTransient(problem) ? problem : undefined })
      }

      async function put(kept: Values, hurried?: Promise<unknown>): Promise<DraftResult<V>> {
        const names = Object.keys(kept)
        let settled = names
        const request = () => ({
          ...jsonRequest('PUT', {
            opId,
            values: kept,
            // Computed for every attempt, because the value gets older in between.
            ageMs: Object.fromEntries(names.map((name) => [name, overtaking ? 0 : ageOf(timeOf(name))])),
            ...pageState(),
            form,
            type,
          } satisfies Record<keyof DraftBody, unknown>),
          keepalive: leaving,
        })
        const answered = (answer: DraftResult<V>) => {
          const { problem }: Answered<V> = answer
          underWay--
          // Also a request without an answer may have arrived. Sent again, its values have been typed no later.
          const latest = Math.max(...names.map(timeOf)) + (problem ? 1 : 0)
          ended = [...ended.filter((one) => one.typedAt < latest), { typedAt: latest, answeredAt: Date.now() }].slice(
            -9,
          )
          if (problem) settled = refusedIn(kept, problem)
          for (const name of settled) {
            const entry = waiting.get(prefix + name)
            if (problem) left[name] = isTransient(problem) ? 'lost' : 'refused'
            // Replaced since.
            if (entry?.json !== JSON.stringify(kept[name])) continue
            if (problem) entry.problem = problem
            else waiting.delete(prefix + name)
          }
          // A form that was refused as empty holds nothing that could be called saved.
          if (answer.ok && answer.view.saved) savedAt = type && !Object.values(kept).some(isFilled) ? null : Date.now()
          return { draft: status() }
        }
        underWay++
        show({ draft: status() })
        const result = await ask(`/drafts/${encodeURIComponent(step)}`, request, answered, hurried)
        if (result.ok) return result
        // The draft may hold the beginning of a value that must not be kept: take it out. Save the other fields.
        const secret = result.problem.status === 422
        const rest = Object.entries(kept).flatMap(([name, value]) => {
          if (!settled.includes(name)) return [[name, value]]
          return secret && value != null ? [[name, null]] : []
        })
        if (rest.length > 0) await put(Object.fromEntries(rest), hurried)
        return result
      }

      const job = async (hurried?: Promise<unknown>): Promise<DraftResult<V>> => {
        const kept: Record<string, unknown> = {}
        let refusal: Problem<V> | undefined
        for (const name in values) {
          const known = waiting.get(prefix + name)
          if (known?.problem && !isTransient(known.problem) && known.json === JSON.stringify(values[name])) {
            refusal = known.problem
            left[name] = 'refused'
          } else kept[name] = values[name]
        }
        if (refusal && Object.keys(kept).length === 0) return { ok: false, problem: refusal, left }
        const result = await put(kept, hurried)
        const { problem = refusal }: Answered<V> = result
        return problem ? { ok: false, problem, left } : result
      }
      return leaving ? job() : enqueue(job)
    },
    report(form, next) {
      if (next) forms.set(form, next)
      else forms.delete(form)
      const prefix = prefixOf(form.step, form.type)
      // A value that no form of a draft misses any more was saved, or taken back.
      if (![...forms].some(([{ step, type }, { unsaved }]) => unsaved && prefixOf(step, type) === prefix)) drop(prefix)
      show({ draft: status() })
    },
    forget(step) {
      drop(step === undefined ? '' : `${step}\n`)
      savedAt = null
      return status()
    },
  }
}

const prefixOf = (step: string, type = ''): string => `${step}\n${type}\n`
const isFilled = (value: unknown): boolean => value != null && (value as string).length !== 0

/** The fields that a refusal is about: those it names, the largest one of too many bytes, or all. */
function refusedIn(values: Values, { status, issues = [] }: Problem): string[] {
  const names = Object.keys(values)
  const sizeOf = (name: string) => JSON.stringify(values[name] ?? null).length
  if (status === 413) return names.sort((one, other) => sizeOf(other) - sizeOf(one)).slice(0, 1)
  const named = names.filter(
    (name) => status === 422 && values[name] != null && issues.some(({ path }) => String(path[0]) === name),
  )
  return named.length > 0 ? named : names
}
