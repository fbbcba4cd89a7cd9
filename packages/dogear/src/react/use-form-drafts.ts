// The drafts of a form, fetched once it is on the page: neither showing nor sending the form waits for them.

'use client'

import { useEffect, useMemo, useRef, useState } from 'react'
import type { FormDrafts, FormDraftsOptions } from './form-drafts.ts'
import type { UnsavedOptions } from './form-unsaved.ts'

type Options = Omit<FormDraftsOptions, 'unsaved' | 'fill'> & UnsavedOptions

let fetched: typeof import('./form-drafts.ts') | undefined

/** Undefined until the code is there; another one for another step. */
export function useFormDrafts(options: Options): FormDrafts | undefined {
  const { client, step, type, autosave } = options
  const [ready, setReady] = useState(fetched !== undefined)
  const latest = useRef(options)
  useEffect(() => {
    latest.current = options
  })
  useEffect(() => {
    if (ready) return
    import('./form-drafts.ts').then(
      (drafts) => {
        fetched = drafts
        setReady(true)
      },
      // Without it the form is still sent when its button is pressed.
      () => {},
    )
  }, [ready])
  return useMemo(() => {
    if (!ready) return undefined
    const form = { client, step, type }
    return fetched?.createFormDrafts({
      ...form,
      autosave,
      unsaved: fetched.createUnsaved(form),
      fill: fetched.fillField,
      opId: (typed) => latest.current.opId(typed),
      onConflict: (conflict) => latest.current.onConflict(conflict),
      onRenew: () => latest.current.onRenew(),
    })
  }, [ready, client, step, type, autosave])
}
