'use client'
// The form that hands in a document: a plain form with a file. With JavaScript the page stays while it is sent.

import type { View } from 'dogear'
import { createOpId, positionText } from 'dogear/client'
import type { StepRefusal } from 'dogear/react'
import { type SubmitEvent, useRef, useState } from 'react'
import type { Text } from '../words/words.ts'
import { describedBy, Field } from './field.tsx'
import { sendDocument } from './send-document.ts'
import type { DemoStep } from './use-demo-step.ts'
import { useWords } from './words.tsx'

type DocumentFormProps<V extends View> = {
  step: DemoStep<V>
  action: string
  /** Names the submission of a form without JavaScript. */
  opId: string
  /** True if a document is there already, so that none has to be chosen. */
  given: boolean
  maxBytes: number
  /** The file names a chooser offers. */
  accept: string
  hint: Text
  messageOf: (code: string) => Text | undefined
}

export function DocumentForm<V extends View>(props: DocumentFormProps<V>) {
  const { step, action, opId, given, maxBytes, accept, messageOf } = props
  const { t, any } = useWords()
  const { flow, view, errors, onReply, refuse } = step
  const [busy, setBusy] = useState(false)
  const submission = useRef(opId)

  async function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault()
    if (busy) return
    const form = event.currentTarget
    const data = new FormData(form)
    const file = data.get('document')
    const chosen = file instanceof File && file.name !== ''
    const code = chosen && file.size > maxBytes ? 'file_too_large' : !chosen && !given && 'file_missing'
    if (code) return refuse(wrongDocument(messageOf(code) ?? ''))
    data.set('opId', submission.current)
    setBusy(true)
    const result = await sendDocument<V>(form.action, data)
    setBusy(false)
    // Without an answer the same submission may be tried again; after one, the next is another.
    if (result.ok || result.problem.code !== 'offline') submission.current = createOpId()
    const seen = result.ok ? result.view : result.problem.view
    if (seen) flow.client.accept(seen)
    onReply(result)
  }

  const error = errors.document && any(errors.document)
  const hint = t(props.hint)
  return (
    <form
      className="fields"
      method="post"
      encType="multipart/form-data"
      action={action}
      noValidate
      aria-busy={busy}
      onSubmit={submit}
    >
      <input type="hidden" name="opId" value={opId} autoComplete="off" />
      <input type="hidden" name="position" value={positionText(view)} autoComplete="off" />
      <Field
        id="document"
        label={given ? t('Choose another file (optional)') : t('Choose a file')}
        hint={hint}
        error={error}
      >
        <input id="document" name="document" type="file" accept={accept} {...describedBy('document', hint, error)} />
      </Field>
      <div className="actions">
        <button type="submit" className="button">
          {t('Continue')}
        </button>
        <p role="status" className="saved">
          {busy && t('Sending the file…')}
        </p>
      </div>
    </form>
  )
}

export const wrongDocument = (message: string): StepRefusal => ({
  code: 'invalid_event',
  issues: [{ path: ['document'], message }],
})
