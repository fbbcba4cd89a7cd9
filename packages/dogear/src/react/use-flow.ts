// The hook: one session as React state, right from the first render and current after every way back to the page.

'use client'

import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import { comparePositions, type FlowClient, type FlowSnapshot } from '../client/index.ts'
import type { EventOf, Flow, ViewOf } from '../flow/define.ts'
import type { View } from '../wire.ts'
import { sharedClient } from './shared-client.ts'

/** What `useFlow` returns: the snapshot, and what can be done with it. `FlowForm` takes it whole. */
export type FlowHandle<V extends View = View, E extends { type: string } = { type: string }> = FlowSnapshot<V> & {
  readonly send: FlowClient<V, E>['send']
  readonly refresh: FlowClient<V, E>['refresh']
  readonly client: FlowClient<V, E>
}

/** `url` is the flow's, such as `/api/flows/checkout`; `view` comes from `readFlow` on the server. */
export type UseFlowOptions<V extends View> = { url: string; view: V; fetch?: typeof globalThis.fetch }

/**
 * The session at `url`, starting from the view the server has rendered; a newer `view` (after a navigation) is shown at once.
 *
 * All components of the page share one client per `url`. When the person comes back to the page (back/forward cache, history,
 * another tab, a hidden route), the position is checked with the server.
 * Name the flow for its types: `useFlow<typeof checkout>({ url, view })`.
 */
export function useFlow<V extends View>(options: UseFlowOptions<V>): FlowHandle<V, { type: V['accepts'][number] }>
export function useFlow<F extends Flow>(options: UseFlowOptions<ViewOf<F>>): FlowHandle<ViewOf<F>, EventOf<F>>
export function useFlow(options: UseFlowOptions<View>): FlowHandle {
  const { view } = options
  const client = sharedClient<View, { type: string }>(options)
  const rendered = useMemo(() => ({ view, busy: false, problem: null }), [view])
  const snapshot = useSyncExternalStore(client.subscribe, client.getSnapshot, () => rendered)
  const [taken, setTaken] = useState<View>()
  const left = useRef(false)

  // Until the client has taken over a view from the server, it is shown from here: an effect alone would flash the step before.
  const fresh = taken !== view && comparePositions(view, snapshot.view) >= 0
  useEffect(() => {
    // Older than what we know: an answer from the router's cache, or a session that was replaced. The server can tell.
    if (comparePositions(view, client.getSnapshot().view) < 0) void client.refresh()
    client.accept(view)
    setTaken(view)
  }, [client, view])

  useEffect(() => {
    const refresh = () => void client.refresh()
    const onPageShow = (event: PageTransitionEvent) => event.persisted && refresh()
    const onVisibility = () => document.visibilityState === 'visible' && refresh()
    // Effects run again when a route hidden by Activity is shown: it may have been hidden for long.
    if (left.current) refresh()
    window.addEventListener('pageshow', onPageShow)
    window.addEventListener('popstate', refresh)
    document.addEventListener('visibilitychange', onVisibility)
    return () => {
      left.current = true
      window.removeEventListener('pageshow', onPageShow)
      window.removeEventListener('popstate', refresh)
      document.removeEventListener('visibilitychange', onVisibility)
    }
  }, [client])

  return { ...snapshot, view: fresh ? view : snapshot.view, send: client.send, refresh: client.refresh, client }
}
