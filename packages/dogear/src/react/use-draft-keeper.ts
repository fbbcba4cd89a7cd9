// The keeper of a form's drafts, fetched once there is a form on the page: nobody waits for it to see one or to send it.

'use client'

import { useEffect, useMemo, useRef, useState } from 'react'
import type { DraftKeeper, DraftKeeperOptions } from './draft-keeper.ts'

type Calls = Pick<DraftKeeperOptions, 'opId' | 'onConflict' | 'onRenew'>
type Subject = Pick<DraftKeeperOptions, 'client' | 'step' | 'autosave'>

let fetched: typeof import('./draft-keeper.ts') | undefined

/** Undefined until it is there; another one for another step. */
export function useDraftKeeper({ client, step, autosave }: Subject, calls: Calls): DraftKeeper | undefined {
  const [ready, setReady] = useState(fetched !== undefined)
  const latest = useRef(calls)
  useEffect(() => {
    latest.current = calls
  })
  useEffect(() => {
    if (ready) return
    import('./draft-keeper.ts').then(
      (module) => {
        fetched = module
        setReady(true)
      },
      // Without it the form is what it was: a form that is sent when its button is pressed.
      () => {},
    )
  }, [ready])
  return useMemo(() => {
    if (!ready) return undefined
    return fetched?.createDraftKeeper({
      client,
      step,
      autosave,
      opId: (typed) => latest.current.opId(typed),
      onConflict: (conflict) => latest.current.onConflict(conflict),
      onRenew: () => latest.current.onRenew(),
    })
  }, [ready, client, step, autosave])
}
