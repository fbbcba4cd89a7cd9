// The browser's copy of one session: sends events one after another, keeps the latest view, and tells subscribers.

import type { EventReply, EventRequest, Problem, View } from '../wire.ts'
import { exchange } from './exchange.ts'
import { createOpId } from './op-id.ts'
import { comparePositions } from './position.ts'

/** Immutable; the same object until something changed. `problem` is the last refusal, until an event is accepted. */
export type FlowSnapshot<V extends View = View> = {
  readonly view: V
  readonly busy: boolean
  readonly problem: Problem<V> | null
}

export type SendResult<V extends View = View> =
  | { ok: true; outcome: 'applied' | 'duplicate'; view: V }
  | { ok: false; problem: Problem<V> }

/** `step` is where the person was (default: the current step); `opId` names the submission (default: a fresh one). */
export type SendOptions = { step?: string; opId?: string }

export interface FlowClient<V extends View = View, E extends { type: string } = { type: string }> {
  readonly url: string
  getSnapshot(): FlowSnapshot<V>
  subscribe(listener: () => void): () => void
  /**
   * Sends an event after those before it; the same `opId` in flight is sent once. A refusal is a result, not an error, and
   * so is a network that does not answer (code `offline`, after some attempts with the same `opId`).
   */
  send(event: E, options?: SendOptions): Promise<SendResult<V>>
  /** Asks the server for the current view. Calls while one is under way share it. Silent if the network fails. */
  refresh(): Promise<void>
  /** Takes over a view the server has rendered, unless it is older than what is known. */
  accept(view: V): void
  /** Forgets the last problem. */
  dismiss(): void
}

/** `url` is the flow's, such as `/api/flows/checkout`; `view` what the server has rendered. */
export type FlowClientOptions<V extends View> = { url: string; view: V; fetch?: typeof globalThis.fetch | undefined }

export function createFlowClient<V extends View, E extends { type: string } = { type: V['accepts'][number] }>({
  url,
  view,
  fetch = (input, init) => globalThis.fetch(input, init),
}: FlowClientOptions<V>): FlowClient<V, E> {
  const listeners = new Set<() => void>()
  const inFlight = new Map<string, Promise<SendResult<V>>>()
  let snapshot: FlowSnapshot<V> = { view, busy: false, problem: null }
  let queue: Promise<unknown> = Promise.resolve()
  let refreshing: Promise<void> | undefined

  function set(change: Partial<FlowSnapshot<V>>): void {
    const next = { ...snapshot, ...change }
    if (next.view === snapshot.view && next.busy === snapshot.busy && next.problem === snapshot.problem) return
    snapshot = next
    for (const listener of listeners) listener()
  }

  // `replaced`: the reply is known to be later than what we have, so a lower position means that another session took its place.
  function later(candidate: V, replaced: boolean): V {
    const order = comparePositions(candidate, snapshot.view)
    if (order < 0) return replaced ? candidate : snapshot.view
    return order === 0 && JSON.stringify(candidate) === JSON.stringify(snapshot.view) ? snapshot.view : candidate
  }

  async function run(opId: string, event: E, step: string | undefined): Promise<SendResult<V>> {
    const before = snapshot.view
    const request: EventRequest<E> = {
      opId,
      ...(step === undefined ? {} : { step }),
      position: { epoch: before.epoch, revision: before.revision },
      event,
    }
    const answer = await exchange(fetch, `${url}/events`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(request),
    })
    const result = (answer.ok ? { ok: true, ...(answer.body as EventReply<V>) } : answer) as SendResult<V>
    const seen = result.ok ? result.view : result.problem.view
    inFlight.delete(opId)
    set({
      view: seen ? later(seen, snapshot.view === before) : snapshot.view,
      busy: inFlight.size > 0,
      problem: result.ok ? null : result.problem,
    })
    return result
  }

  async function pull(): Promise<void> {
    const before = snapshot.view
    const answer = await exchange(fetch, url, { method: 'GET' })
    if (answer.ok) {
      const seen = answer.body as V
      set({ view: later(seen, !seen.saved && snapshot.view === before) })
    } else if (answer.problem.code === 'session_gone') set({ problem: answer.problem as Problem<V> })
  }

  return {
    url,
    getSnapshot: () => snapshot,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    send(event, { step = snapshot.view.step ?? undefined, opId = createOpId() } = {}) {
      const same = inFlight.get(opId)
      if (same) return same
      const result = queue.then(() => run(opId, event, step))
      inFlight.set(opId, result)
      // Only an event that is no JSON rejects; those behind it still go.
      queue = result.catch(() => {
        inFlight.delete(opId)
        set({ busy: inFlight.size > 0 })
      })
      set({ busy: true })
      return result
    },
    refresh() {
      refreshing ??= pull().finally(() => {
        refreshing = undefined
      })
      return refreshing
    },
    accept(rendered) {
      set({ view: later(rendered, false) })
    },
    dismiss() {
      set({ problem: null })
    },
  }
}
