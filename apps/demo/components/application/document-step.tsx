'use client'
// The questions that are answered by a document.

import { type DocumentKind, maxDocumentBytes } from '../../flows/application/choices.ts'
import { acceptedFiles, documentMessage, formatSize } from '../../flows/application/documents.ts'
import { DocumentForm, wrongDocument } from '../document-form.tsx'
import { useWords } from '../words.tsx'
import { ApplicationPage } from './application-page.tsx'
import { type ApplicationProps, useApplication } from './use-application.ts'

type DocumentStepProps = ApplicationProps & {
  kind: DocumentKind
  /** Names the submission of a form without JavaScript. */
  opId: string
}

export function DocumentStep({ kind, opId, problem, ...props }: DocumentStepProps) {
  const { t, locale } = useWords()
  const message = documentMessage(problem, kind)
  const step = useApplication(
    { ...props, problem: message === undefined ? problem : undefined },
    message === undefined ? null : wrongDocument(message),
  )
  const { view } = step
  const { document } = view.context.answers[kind] ?? {}
  const lost = view.context.lost.includes(kind)

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
      <DocumentForm
        step={step}
        action={`/api/documents/${kind}`}
        opId={opId}
        given={document !== undefined}
        maxBytes={maxDocumentBytes}
        accept={acceptedFiles}
        hint="A PDF, Word document (.docx), plain text, JPEG or PNG of up to 5 MB"
        messageOf={(code) => documentMessage(code, kind)}
      />
    </ApplicationPage>
  )
}

const texts = {
  sample: 'About ten pages of what you are working on. It need not be finished.',
  enrolment: 'A letter, a certificate, or a photo of your student card.',
} as const
