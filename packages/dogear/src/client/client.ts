// The browser's copy of one session: the latest view, the queue of requests.

import { positionOf } from '../position.ts'
import type { EventRequest, View } from '../wire.ts'
import type { Heard } from './clock.ts'
import { createDrafts, type Drafts, noDraft, type SaveDraft } from './drafts.ts'
import { browserEnvironment, type Environment } from './environment.ts'
import { moment } from './moment.ts'
import { createOpId } from './op-id.ts'
import { isRewound, sameView, supersedes } from './position.ts'
import { reloadOnce } from './reload.ts'
import { exchange, jsonRequest, noCookies, rewound } from './request.ts'
import type { CommandResult, FlowSnapshot, SendOptions, SendResult } from './result.ts'

export type { CommandResult, FlowSnapshot, SendOptions, SendResult }

type Result<V extends View> = SendResult<V> | CommandResult<V>

/** One session in the browser, from `createFlowClient`: what is known of it, and the commands on it. */
export interface FlowClient<V extends View = View, E extends { type: string } = { type: string }> {
  readonly url: string
  readonly heard: Heard
  getSnapshot(): FlowSnapshot<V>
  subscribe(listener: () => void): () => void
  /**
   * Sends an event after the requests made before; the same `opId` in flight is sent once. A refusal is a result, not
   * an error, and so is a network that does not answer (code `offline`, after some attempts with the same `opId`).
   * Refused as invalid or `rewound`, its values are kept as a draft; refused because of a deploy, the page is loaded
   * anew once they are kept.
   */
  send(event: E, options?: SendOptions): Promise<SendResult<V>>
  /**
   * Saves the fields that changed at a step, in turn with events; null takes one out. A field refused for what is in
   * it is left out until it changes: the others are saved, and the result is the refusal.
   */
  saveDraft: SaveDraft<V>
  /** Takes in what a form says of its own values, for `draft` to say nothing else; null: it is not on the page. */
  report: Drafts<V>['report']
  /** Prolongs the session as any activity does, and does nothing else. */
  extend(): Promise<CommandResult<V>>
  /** Takes back a session that was moved to another device, as long as nothing was entered there. */
  takeBack(): Promise<CommandResult<V>>
  /**
   * Ends the session for good, unless an effect is under way (`effect_pending`); the next event begins another. A
   * session that has begun elsewhere since stays, and is the result.
   */
  restart(): Promise<CommandResult<V>>
  /** Asks the server for the current view. Calls while one is under way share it. Silent if the network fails. */
  refresh(): Promise<void>
  /** Takes over a view the server has rendered, unless it is older; asks the server where the order is unknown. */
  accept(view: V): void
  /** Follows other devices while the page is visible, with a check when it is shown. Returns the end of it. */
  watch(): () => void
  /** Forgets the last problem. */
  dismiss(): void
}

/**
 * `url` is the flow's, such as `/api/flows/checkout`; `view` what the server has rendered. `live` true watches from the
 * start, false never holds a stream: watching then asks the server when the page is shown again and every 30 seconds.
 * `reload` loads the page anew after a deploy; the default does so at most once in 30 seconds.
 */
export type FlowClientOptions<V extends View> = {
  url: string
  view: V
  fetch?: typeof globalThis.fetch | undefined
  live?: boolean | undefined
  reload?: (() => void) | undefined
  environment?: Environment | undefined
}

const restart = '/restart'

/** A client of the flow at `url`, from the view that the server has rendered; one for each page. */
export function createFlowClient<V extends View, E extends { type: string } = { type: V['accepts'][number] }>({
  url,
  view,
  fetch: given = (input, init) => globalThis.fetch(input, init),
  live,
  reload = reloadOnce,
  environment = browserEnvironment,
}: FlowClientOptions<V>): FlowClient<V, E> {
  const listeners = new Set<() => void>()
  const inFlight = new Map<string, Promise<SendResult<V>>>()
  let snapshot: FlowSnapshot<V> = { view, busy: false, problem: null, draft: noDraft, ended: null }
  let queue: Promise<unknown> = Promise.resolve()
  /** Tells the request that is under way that a submission waits behind it. */
  let hurry = () => {}
  let refreshing: Promise<unknown> | undefined
  let following: Promise<() => () => void> | undefined
  let { version } = view
  /** True once a request has come with the session's cookie, as the one for a page of a saved session has. */
  let kept = view.saved
  const heard: Heard = {}

  const fetch: typeof globalThis.fetch = async (input, init) => {
    const asked = moment()
    const response = await given(input, init)
    const now = Number(response.headers.get('dogear-now'))
    if (now) heard.told = { now, asked, at: moment() }
    return response
  }

  const getSnapshot = () => snapshot

  function set(change: Omit<Partial<FlowSnapshot<V>>, 'busy'>): void {
    const next = { ...snapshot, ...change, busy: inFlight.size > 0 }
    if (snapshot.view.saved && next.view.tag !== snapshot.view.tag) next.draft = drafts.forget()
    if ((Object.keys(next) as (keyof FlowSnapshot)[]).every((name) => next[name] === snapshot[name])) return
    snapshot = next
    for (const listener of listeners) listener()
  }

  /** The view to show, given one that answers a request made when `before` was shown, or comes with a page. */
  function later(candidate: V | undefined, before?: V): V {
    const known = snapshot.view
    if (!candidate || sameView(candidate, known)) return known
    const verdict = supersedes(candidate, known, before === known)
    // Only a request made after both views can tell which one is later.
    if (verdict === null || (!verdict && !before)) void Promise.resolve(refreshing).then(refresh)
    return verdict ? candidate : known
  }

  async function ask<R extends Result<V>>(
    path: string,
    request: () => RequestInit,
    change: (result: R) => Partial<FlowSnapshot<V>>,
    giveUp?: Promise<unknown>,
  ): Promise<R> {
    const before = snapshot.view
    const answer = await exchange(fetch, url + path, request, giveUp)
    let result = (answer.ok ? { ok: true, ...(path ? (answer.body as object) : { view: answer.body }) } : answer) as R
    const { tag = '', gone = null } = result.ok ? result.view : {}
    if (before.saved && tag === before.tag) kept = true
    // The session that this page has begun is unknown to the very next request.
    const unknown = result.ok
      ? before.saved && !kept && !tag && !gone && path !== restart
      : result.problem.code === 'no_cookies'
    // A cookie that was kept and is gone now was deleted, as by starting over.
    if (unknown)
      result = { ok: false, problem: kept && !result.ok ? { ...result.problem, code: 'session_gone' } : noCookies } as R
    const view = later(result.ok ? result.view : result.problem.view, before)
    const lost = result.ok && isRewound(view, snapshot.view) && { problem: rewound(view) }
    set({ view, ...change(result), ...lost })
    return result
  }

  /** Runs a job after those before it, also after those that failed. */
  function enqueue<T>(job: (hurried: Promise<unknown>) => Promise<T>): Promise<T> {
    const result = queue.then(() => {
      const hurried = new Promise<void>((resolve) => {
        hurry = resolve
      })
      if (inFlight.size > 0) hurry()
      return job(hurried)
    })
    queue = result.catch(() => {})
    return result
  }

  /** The state of the page as requests tell it. */
  const pageState = () => ({ version, position: positionOf(snapshot.view) })

  const drafts = createDrafts<V>({ enqueue, pageState, show: set, ask })

  async function run(
    event: E,
    { step, opId, draft, form }: SendOptions & { opId: string },
    typedAt: number,
  ): Promise<SendResult<V>> {
    const body: Record<keyof EventRequest, unknown> = {
      opId,
      ...pageState(),
      step,
      fields: draft && Object.keys(draft),
      form,
      event,
    }
    const request = jsonRequest('POST', body)
    const change = (answer: SendResult<V>): Partial<FlowSnapshot<V>> => {
      inFlight.delete(opId)
      return answer.ok ? { problem: null, draft: drafts.forget(step) } : { problem: answer.problem }
    }
    const result = await ask('/events', () => request, change)
    // A later submission of this page carries newer values.
    if (result.ok || inFlight.size > 0) return result
    const { code, view: seen } = result.problem
    const { type, ...payload } = event
    const values = draft ?? payload
    const invalid = code === 'invalid_event'
    // During a deploy the page and the server that answered may be of different versions, in either direction.
    const outdated = code === 'newer_version' || (seen !== undefined && seen.version > version)
    const keep = (invalid || outdated || code === 'rewound') && step && Object.keys(values).length > 0
    // Values typed since the submission are newer. Only invalid ones are checked again, if the server knows the event.
    const options = { opId, typedAt, form, type: invalid && !outdated ? type : undefined }
    const kept = keep ? drafts.save(step, values, options) : undefined
    if (outdated) void Promise.resolve(kept).then((saved) => saved?.ok !== false && reload())
    return kept ? { ...result, kept } : result
  }

  function command(path: string): Promise<CommandResult<V>> {
    const change = (result: CommandResult<V>): Partial<FlowSnapshot<V>> => {
      if (!result.ok) return { problem: result.problem, ...(path === restart && { ended: null }) }
      // The problem of a form outlives a command that has nothing to do with it.
      return path === restart || snapshot.problem?.code === 'session_gone' ? { problem: null } : {}
    }
    return enqueue(() => {
      // Said first: another request may learn of the end before this one has its answer.
      if (path === restart) set({ ended: snapshot.view.tag })
      // Made once: before another attempt another session may be seen.
      const request = jsonRequest('POST', path === restart ? { position: pageState().position } : {})
      return ask(path, () => request, change)
    })
  }

  async function refresh(): Promise<void> {
    const change = (result: CommandResult<V>): Partial<FlowSnapshot<V>> =>
      !result.ok && /^(session_gone|no_cookies|wrong_url)$/.test(result.problem.code) ? { problem: result.problem } : {}
    refreshing ??= ask('', () => ({ method: 'GET' }), change).finally(() => {
      refreshing = undefined
    })
    await refreshing
  }

  const subscribe = (listener: () => void) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }

  function watch(): () => void {
    // Neither showing nor sending a form waits for the code that follows other devices.
    following ??= import('./live.ts').then(({ createLive }) =>
      createLive(
        {
          url,
          stream: live !== false,
          subscribe,
          refresh,
          getSnapshot,
          settled: () => queue,
          kept: () => (kept = true),
        },
        environment,
      ),
    )
    const end = following.then(
      (follow) => follow(),
      () => {
        following = undefined
      },
    )
    return () => void end.then((stop) => stop?.())
  }
  if (live) watch()

  return {
    url,
    heard,
    subscribe,
    refresh,
    watch,
    getSnapshot,
    send(event, { step = snapshot.view.step ?? undefined, opId = createOpId(), draft, form } = {}) {
      const same = inFlight.get(opId)
      if (same) return same
      const at = Date.now()
      const result = enqueue(() => run(event, { step, opId, draft, form }, at))
      inFlight.set(opId, result)
      hurry()
      // Only an event that is no JSON rejects; those behind it still go.
      result.catch(() => {
        inFlight.delete(opId)
        set({})
      })
      set({})
      return result
    },
    saveDraft: drafts.save,
    report: drafts.report,
    extend: () => command('/extend'),
    takeBack: () => command('/take-back'),
    restart: () => command(restart),
    accept(rendered) {
      version = rendered.version
      set({ view: later(rendered) })
    },
    dismiss() {
      set({ problem: null })
    },
  }
}
