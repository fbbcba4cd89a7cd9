'use client'
// While the document is read: how far that is, safe to leave.

import { FlowForm, withProgress } from 'dogear/react'
import { StepPage } from '../../step-page.tsx'
import { Waiting } from '../../waiting.tsx'
import { useWords } from '../../words.tsx'
import { type AssistantProps, useAssistant } from '../use-assistant.ts'

/** The progress of the reading, as its effect reports it. */
type Read = { percent: number; page: number; pages: number }

export function ReadingStep(props: AssistantProps) {
  const { t, rich } = useWords()
  const step = useAssistant({ ...props, progress: withProgress(props.initial) })
  const { view, flow, onReply } = step
  const read = flow.progress.extract?.value as Read | undefined
  const name = <bdi>{view.context.document?.name}</bdi>
  return (
    <StepPage step={step} title={t('Reading your document')} progress="">
      <Waiting refresh={flow.refresh} />
      <div className="reading">
        <label htmlFor="read">{rich('How much of {name} is read', { name })}</label>
        <progress id="read" max={100} value={read?.percent ?? 0} />
        <p className="hint">
          {read ? t('Page {page} of {pages}', { page: read.page, pages: read.pages }) : t('It begins in a moment.')}
        </p>
      </div>
      <p>{t('You can close this page and come back to it: the document is read once.')}</p>
      <FlowForm flow={flow} type="document.dropped" autosave={false} onReply={onReply}>
        <button type="submit" className="button quiet">
          {t('Choose another document')}
        </button>
      </FlowForm>
    </StepPage>
  )
}
