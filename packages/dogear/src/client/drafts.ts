// Drafts on their way to the server, in turn with events; a refused value is never sent twice.

import type { DraftBody, Position, Problem, View } from '../wire.ts'
import type { Environment } from './environment.ts'
import { createOpId } from './op-id.ts'
import { jsonRequest, unreachable } from './request.ts'

/** The state of the last drafts. `at`: the last save by this browser's clock; `problem`: the reason of a failure. */
export type DraftStatus<V extends View = View> = {
  readonly state: 'idle' | 'saving' | 'saved' | 'failed'
  readonly at: number | null
  readonly problem: Problem<V> | null
}

export type DraftResult<V extends View = View> = { ok: true; view: V } | { ok: false; problem: Problem<V> }

/**
 * `opId` is that of the submission the values are becoming (default: a fresh one); `ageMs` how long ago they were
 * typed, all or each; `form` the type of the event they are typed for; `type` asks for them to be checked as that event
 * and kept with their issues. `leaving`: the page may be gone the next moment, so do not wait for anything.
 */
export type DraftOptions = {
  opId?: string | undefined
  ageMs?: number | Readonly<Record<string, number>> | undefined
  form?: string | undefined
  type?: string | undefined
  leaving?: boolean | undefined
}

export type SaveDraft<V extends View = View> = (
  step: string,
  values: Readonly<Record<string, unknown>>,
  options?: DraftOptions,
) => Promise<DraftResult<V>>

export const noDraft: DraftStatus<never> = { state: 'idle', at: null, problem: null }

// Browsers limit what a page may send while it goes away to 64 KiB.
const leavingBytes = 60_000

type Values = Readonly<Record<string, unknown>>
type Request = (values: Values) => RequestInit

type Deps<V extends View> = {
  url: string
  environment: Environment
  version(): number
  position(): Position
  /** Runs a job after the requests made before; aborts its signal when a submission waits behind it. */
  enqueue<T>(job: (hurry?: AbortSignal) => Promise<T>): Promise<T>
  show(status: (last: DraftStatus<V>) => DraftStatus<V>): void
  /** Sends a request and shows the view it brings, together with what `status` makes of the answer. */
  ask(
    path: string,
    request: () => RequestInit,
    hurry: AbortSignal | undefined,
    status: (result: DraftResult<V>, last: DraftStatus<V>) => DraftStatus<V>,
  ): Promise<DraftResult<V>>
}

export type Drafts<V extends View> = { save: SaveDraft<V>; forget(): void }

export function createDrafts<V extends View>(deps: Deps<V>): Drafts<V> {
  const { url, environment, version, position, enqueue, show, ask } = deps
  /** Values the server would not keep, by step and field, as JSON; left out until they change. */
  const refused = new Map<string, string>()
  let refusal: Problem<V> | null = null
  let underWay = 0
  /** When the values last saved were typed, and when the answer came. */
  let last = { typedAt: Number.POSITIVE_INFINITY, answeredAt: 0 }

  /** The fields the server does not keep because of what is in them. */
  function refuse(step: string, values: Values, { status, issues = [] }: Problem): string[] {
    const names = issues.map(({ path }) => String(path[0])).filter((name) => status === 422 && values[name] != null)
    for (const name of names) refused.set(`${step} ${name}`, JSON.stringify(values[name]))
    return names
  }

  async function put(step: string, values: Values, request: Request, hurry?: AbortSignal): Promise<DraftResult<V>> {
    let names: string[] = []
    underWay++
    show((last) => ({ ...last, state: 'saving' }))
    const result = await ask(
      pathOf(step),
      () => request(values),
      hurry,
      (answer, { at }) => {
        const problem = answer.ok ? null : answer.problem
        if (problem) names = refuse(step, values, problem)
        if (names.length > 0) refusal = problem
        const trouble = problem ?? (refused.size > 0 ? refusal : null)
        const state = --underWay > 0 ? 'saving' : trouble ? 'failed' : 'saved'
        return { state, at: problem ? at : Date.now(), problem: trouble }
      },
    )
    // The draft may hold the beginning of a refused value: take it out, and save the other fields.
    const rest = () => ({ ...values, ...Object.fromEntries(names.map((name) => [name, null])) })
    if (names.length > 0) await put(step, rest(), request, hurry)
    return result
  }

  // The server subtracts the age from its time of arrival, which may be long after the request left. A value typed
  // after one that was saved must not count as older than it. Two milliseconds cover the rounding.
  function ageOf(typedAt: number): number {
    const now = Date.now()
    return Math.max(0, Math.min(now - typedAt, typedAt < last.typedAt ? now : now - last.answeredAt - 2))
  }

  /** The age of the values: a number if it is the same for all. */
  function agesOf(values: Values, typedAt: (name: string) => number): number | Record<string, number> {
    const ages = Object.keys(values).map((name) => [name, ageOf(typedAt(name))] as const)
    const [first] = ages
    return ages.every(([, age]) => age === first?.[1]) ? (first?.[1] ?? 0) : Object.fromEntries(ages)
  }

  /** True if a beacon has taken over a body too large for a request that outlives its page. */
  function handedOver(step: string, body: unknown): boolean {
    const blob = new Blob([body as string], { type: 'application/json' })
    if (blob.size <= leavingBytes && 'keepalive' in (environment.Request?.prototype ?? {})) return false
    return environment.navigator?.sendBeacon?.(url + pathOf(step), blob) ?? false
  }

  return {
    save(step, values, { opId = createOpId(), ageMs = 0, type, form = type, leaving = false } = {}) {
      const now = Date.now()
      const typedAt = (name: string) => now - (typeof ageMs === 'number' ? ageMs : (ageMs[name] ?? 0))
      const newest = Math.max(...Object.keys(values).map(typedAt))
      const overtaking = leaving && underWay > 0
      const request: Request = (kept) => ({
        ...jsonRequest('PUT', {
          opId,
          values: kept,
          // Computed for every attempt, because the value gets older in between.
          ageMs: overtaking ? 0 : agesOf(kept, typedAt),
          version: version(),
          position: position(),
          form,
          type,
        } satisfies Record<keyof DraftBody, unknown>),
        keepalive: leaving,
      })
      const job = async (hurry?: AbortSignal): Promise<DraftResult<V>> => {
        const kept: Record<string, unknown> = {}
        for (const [name, value] of Object.entries(values))
          if (refused.get(`${step} ${name}`) !== JSON.stringify(value)) {
            refused.delete(`${step} ${name}`)
            kept[name] = value
          }
        if (refusal && Object.keys(kept).length === 0) return { ok: false, problem: refusal }
        // A beacon has no answer, so the values count as not saved: a page that stays open saves them again.
        if (leaving && handedOver(step, request(kept).body)) return { ok: false, problem: unreachable(0) as Problem<V> }
        const result = await put(step, kept, request, hurry)
        if (result.ok) last = { typedAt: newest, answeredAt: Date.now() }
        return result
      }
      return leaving ? job() : enqueue(job)
    },
    forget() {
      refused.clear()
      refusal = null
    },
  }
}

const pathOf = (step: string): string => `/drafts/${encodeURIComponent(step)}`
