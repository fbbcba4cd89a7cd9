// The drafts of a form, fetched once it is on the page: nobody waits for them to see the form or to send it.

'use client'

import { useEffect, useMemo, useRef, useState } from 'react'
import type { FormDrafts, FormDraftsOptions } from './form-drafts.ts'

type Calls = Pick<FormDraftsOptions, 'opId' | 'onConflict' | 'onRenew'>
type Subject = Pick<FormDraftsOptions, 'client' | 'step' | 'autosave'>

let fetched: typeof import('./form-drafts.ts') | undefined

/** Undefined until the code is there; another one for another step. */
export function useFormDrafts({ client, step, autosave }: Subject, calls: Calls): FormDrafts | undefined {
  const [ready, setReady] = useState(fetched !== undefined)
  const latest = useRef(calls)
  useEffect(() => {
    latest.current = calls
  })
  useEffect(() => {
    if (ready) return
    import('./form-drafts.ts').then(
      (module) => {
        fetched = module
        setReady(true)
      },
      // Without it the form is still sent when its button is pressed.
      () => {},
    )
  }, [ready])
  return useMemo(() => {
    if (!ready) return undefined
    return fetched?.createFormDrafts({
      client,
      step,
      autosave,
      opId: (typed) => latest.current.opId(typed),
      onConflict: (conflict) => latest.current.onConflict(conflict),
      onRenew: () => latest.current.onRenew(),
    })
  }, [ready, client, step, autosave])
}
