'use client'
// The document that is talked about, handed in.

import { assistantDocumentBytes, assistantDocumentMessage, assistantFiles } from '../../../flows/assistant/documents.ts'
import { DocumentForm, wrongDocument } from '../../document-form.tsx'
import { StepPage } from '../../step-page.tsx'
import { useWords } from '../../words.tsx'
import { TroubleNotice } from '../trouble.tsx'
import { type AssistantProps, useAssistant } from '../use-assistant.ts'

/** `opId` names the submission of a form without JavaScript. */
export function DocumentStep({ opId, problem, ...props }: AssistantProps & { opId: string }) {
  const { t } = useWords()
  const message = assistantDocumentMessage(problem)
  const step = useAssistant(
    { ...props, problem: message === undefined ? problem : undefined },
    message === undefined ? null : wrongDocument(message),
  )
  const { trouble, name } = step.view.context
  return (
    <StepPage step={step} title={t('Your document')} progress="">
      {trouble && <TroubleNotice trouble={trouble} />}
      <p className="lede">
        {name === null
          ? t('Choose the document that you want to ask about.')
          : t('{name}, choose the document that you want to ask about.', { name })}{' '}
        {t('It is read once, and kept as long as the conversation is.')}
      </p>
      <DocumentForm
        step={step}
        action="/api/assistant/document"
        opId={opId}
        given={false}
        maxBytes={assistantDocumentBytes}
        accept={assistantFiles}
        hint="A PDF or plain text of up to 10 MB"
        messageOf={assistantDocumentMessage}
      />
    </StepPage>
  )
}
