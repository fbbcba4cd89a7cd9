'use client'
// The question that has no answer yet: what there is of it, or why there is none, and what can be done.

import type { ReactNode } from 'react'
import type { Question } from '../../../flows/assistant/events.ts'
import { useWords } from '../../words.tsx'
import { Press } from '../press.tsx'
import { TroubleNotice, useReached } from '../trouble.tsx'
import type { AssistantStep } from '../use-assistant.ts'
import { AnswerText } from './answer-text.tsx'
import { EditQuestion } from './edit-question.tsx'
import { QuestionFrame } from './exchange.tsx'

type OpenProps = { step: AssistantStep; question: Question; text: string }

export function OpenQuestion({ step, question, text }: OpenProps) {
  const { t } = useWords()
  const { pending } = step.view
  if (pending.length === 0) return <Unanswered step={step} question={question} />
  const isWritten = pending.includes('answer')
  return (
    <QuestionFrame id={question.id} question={question.text} busy>
      <div className="answer-text" data-growing>
        <AnswerText text={text} whole={false} />
      </div>
      <div className="exchange-actions">
        <p className="growing">
          {!isWritten ? t('It is answered in a moment.') : text === '' ? t('Looking for it…') : t('Being written…')}
        </p>
        {isWritten && (
          <Press step={step} type="answer.stopped">
            {t('Stop')}
          </Press>
        )}
      </div>
    </QuestionFrame>
  )
}

function Unanswered({ step, question }: { step: AssistantStep; question: Question }): ReactNode {
  const { t } = useWords()
  const { trouble } = step.view.context
  const retryAt = trouble?.retryAt ?? null
  const mayRetry = useReached(retryAt, step.now)
  return (
    <QuestionFrame id={question.id} question={question.text}>
      {trouble && <TroubleNotice trouble={trouble} />}
      <div className="exchange-actions">
        {mayRetry ? (
          <Press step={step} type="question.retried" look="button">
            {t('Ask it again')}
          </Press>
        ) : (
          <>
            <p className="growing">{t('You can ask it again then, on this page.')}</p>
            <noscript>
              <meta httpEquiv="refresh" content={String(Math.ceil(((retryAt ?? 0) - step.now) / 1000) + 1)} />
            </noscript>
          </>
        )}
        <Press step={step} type="answer.stopped" look="link-button">
          {t('Leave it without an answer')}
        </Press>
        <EditQuestion step={step} question={question} />
      </div>
    </QuestionFrame>
  )
}

/** A question that waits until those before it are answered. */
export function WaitingQuestion({ question: { id, text } }: { question: Question }) {
  const { t } = useWords()
  return (
    <QuestionFrame id={id} question={text}>
      <p className="growing">{t('It waits for its turn.')}</p>
    </QuestionFrame>
  )
}
