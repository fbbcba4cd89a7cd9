'use client'
// Handing in a document: a plain form with a file. With JavaScript the page stays while it is sent.

import { createOpId, positionText } from 'dogear/client'
import type { StepRefusal } from 'dogear/react'
import { type SubmitEvent, useRef, useState } from 'react'
import { type DocumentKind, maxDocumentBytes } from '../../flows/application/choices.ts'
import { acceptedFiles, documentMessage, formatSize } from '../../flows/application/documents.ts'
import { describedBy, Field } from '../field.tsx'
import { useWords } from '../words.tsx'
import { ApplicationPage } from './application-page.tsx'
import { sendDocument } from './send-document.ts'
import { type ApplicationProps, useApplication } from './use-application.ts'

type DocumentStepProps = ApplicationProps & {
  kind: DocumentKind
  /** Names the submission of a form without JavaScript. */
  opId: string
}

export function DocumentStep({ kind, opId, problem, ...props }: DocumentStepProps) {
  const { t, any, locale } = useWords()
  const message = documentMessage(problem, kind)
  const step = useApplication(
    { ...props, problem: message === undefined ? problem : undefined },
    message === undefined ? null : wrong(message),
  )
  const { flow, view, errors, onReply, refuse } = step
  const [busy, setBusy] = useState(false)
  const submission = useRef(opId)
  const { document } = view.context.answers[kind] ?? {}
  const lost = view.context.lost.includes(kind)

  async function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault()
    if (busy) return
    const form = event.currentTarget
    const data = new FormData(form)
    const file = data.get('document')
    const chosen = file instanceof File && file.name !== ''
    const code = chosen && file.size > maxDocumentBytes ? 'file_too_large' : !chosen && !document && 'file_missing'
    if (code) return refuse(wrong(documentMessage(code, kind) ?? ''))
    data.set('opId', submission.current)
    setBusy(true)
    const result = await sendDocument(form.action, data)
    setBusy(false)
    // Without an answer the same submission may be tried again; after one, the next is another.
    if (result.ok || result.problem.code !== 'offline') submission.current = createOpId()
    const seen = result.ok ? result.view : result.problem.view
    if (seen) flow.client.accept(seen)
    onReply(result)
  }

  const error = errors.document && any(errors.document)
  const hint = t('A PDF, Word document (.docx), plain text, JPEG or PNG of up to 5 MB')
  return (
    <ApplicationPage step={step}>
      {lost && !document && (
        <div className="notice" role="status">
          <h2>{t('Your file is missing')}</h2>
          <p>
            {t('We could not find it when we sent your application.')}{' '}
            {t('Your other answers are saved. Choose the file again.')}
          </p>
        </div>
      )}
      <p className="lede">{t(texts[kind])}</p>
      {document && (
        <p className="sheet document">
          <a href={`/api/documents/${document.id}`} download>
            <bdi>{document.name}</bdi>
          </a>{' '}
          <span className="hint">{formatSize(document.size, locale)}</span>
        </p>
      )}
      <form
        className="fields"
        method="post"
        encType="multipart/form-data"
        action={`/api/documents/${kind}`}
        noValidate
        aria-busy={busy}
        onSubmit={submit}
      >
        <input type="hidden" name="opId" value={opId} autoComplete="off" />
        <input type="hidden" name="position" value={positionText(view)} autoComplete="off" />
        <Field
          id="document"
          label={document ? t('Choose another file (optional)') : t('Choose a file')}
          hint={hint}
          error={error}
        >
          <input
            id="document"
            name="document"
            type="file"
            accept={acceptedFiles}
            {...describedBy('document', hint, error)}
          />
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
    </ApplicationPage>
  )
}

const texts = {
  sample: 'About ten pages of what you are working on. It need not be finished.',
  enrolment: 'A letter, a certificate, or a photo of your student card.',
} as const

const wrong = (message: string): StepRefusal => ({ code: 'invalid_event', issues: [{ path: ['document'], message }] })
