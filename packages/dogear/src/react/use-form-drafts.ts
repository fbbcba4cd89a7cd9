// The drafts of a form, fetched once it is on the page: neither showing nor sending the form waits for them.

'use client'

import { useEffect, useMemo, useRef, useState } from 'react'
import type { FormDrafts, FormDraftsOptions } from './form-drafts.ts'
import type { UnsavedOptions } from './form-unsaved.ts'

type Options = Omit<FormDraftsOptions, 'page' | 'unsaved' | 'fill'> &
  UnsavedOptions &
  FormDraftsOptions['page']['current']

let fetched: typeof import('./form-drafts.ts') | undefined

/** Undefined until the code is there; another one for another step. */
export function useFormDrafts(options: Options): FormDrafts | undefined {
  const { client, step, type, autosave } = options
  const [code, setCode] = useState(fetched)
  const latest = useRef(options)
  useEffect(() => {
    latest.current = options
  })
  useEffect(() => {
    if (code) return
    import('./form-drafts.ts').then(
      (drafts) => {
        fetched = drafts
        setCode(drafts)
      },
      // Without it the form is still sent when its button is pressed.
      () => {},
    )
  }, [code])
  return useMemo(() => {
    if (!code) return undefined
    const form = { client, step, type }
    return code.createFormDrafts({
      ...form,
      autosave,
      unsaved: code.createUnsaved(form),
      fill: code.fillField,
      page: latest,
    })
  }, [code, client, step, type, autosave])
}
