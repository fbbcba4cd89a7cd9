// The hook for one session as React state, current from the first render on.

'use client'

import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import { noDraft } from '../client/drafts.ts'
import { type FlowClient, type FlowSnapshot, supersedes } from '../client/index.ts'
import type { EventOf, Flow, ViewOf } from '../flow/define.ts'
import type { Progress, View } from '../wire.ts'
import { sharedClient } from './shared-client.ts'

/** The result of `useFlow`: the snapshot with the commands on it. `FlowForm` takes it whole. */
export type FlowHandle<V extends View = View, E extends { type: string } = { type: string }> = FlowSnapshot<V> &
  Readonly<Pick<FlowClient<V, E>, 'send' | 'refresh' | 'extend' | 'takeBack' | 'restart'>> & {
    readonly client: FlowClient<V, E>
    /** The reports of the effects under way, by their ids; empty without the option of this name. */
    readonly progress: Progress
  }

/** From `withProgress`: a hook that puts the progress on a handle. */
export type FollowsProgress = (handle: FlowHandle) => FlowHandle

/**
 * `url` is the flow's, such as `/api/flows/checkout`, or `/api/flows/checkout@order-42` for one of several sessions;
 * `view` comes from `readFlow` on the server. `live` false: no stream of what happens on other devices, only a look
 * from time to time. `progress: withProgress()` has the handle tell what effects report, from the first render of a
 * component to its last; the other pages load nothing of it.
 */
export type UseFlowOptions<V extends View> = {
  url: string
  view: V
  fetch?: typeof globalThis.fetch
  live?: boolean
  progress?: FollowsProgress | undefined
}

/**
 * The session at `url`, from the view the server has rendered; a newer `view` (after a navigation) is shown at once.
 *
 * All components of the page share one client per `url`. It follows the session while the page is visible, and checks
 * with the server when the person comes back (back/forward cache, history, another tab, a hidden route).
 * Name the flow for its types: `useFlow<typeof checkout>({ url, view })`.
 */
export function useFlow<V extends View>(options: UseFlowOptions<V>): FlowHandle<V, { type: V['accepts'][number] }>
export function useFlow<F extends Flow>(options: UseFlowOptions<ViewOf<F>>): FlowHandle<ViewOf<F>, EventOf<F>>
export function useFlow(options: UseFlowOptions<View>): FlowHandle {
  const { view, progress } = options
  const client = sharedClient<View, { type: string }>(options)
  const rendered = useMemo(() => ({ view, busy: false, problem: null, draft: noDraft, ended: null }), [view])
  const snapshot = useSyncExternalStore(client.subscribe, client.getSnapshot, () => rendered)
  const [taken, setTaken] = useState<View>()
  const left = useRef(false)

  // An effect alone would flash the step before, so a server's view is shown before the client has taken it over.
  const fresh = taken !== view && supersedes(view, snapshot.view) === true
  useEffect(() => {
    client.accept(view)
    setTaken(view)
  }, [client, view])

  useEffect(() => {
    // Effects run again when a route hidden by Activity is shown: it may have been hidden for long.
    if (left.current) void client.refresh()
    const stop = client.watch()
    return () => {
      left.current = true
      stop()
    }
  }, [client])

  const handle: FlowHandle = { progress: {}, ...client, ...snapshot, ...(fresh && { view }), client }
  return progress ? progress(handle) : handle
}
