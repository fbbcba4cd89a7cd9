'use client'
// A question with its answer. The heading is the question, by which a screen reader goes from one to the next.

import { type ReactNode, useLayoutEffect, useRef } from 'react'
import type { Exchange as Exchanged } from '../../../flows/assistant/events.ts'
import { useWords } from '../../words.tsx'
import { AnswerText } from './answer-text.tsx'

type ExchangeProps = {
  exchange: Pick<Exchanged, 'id' | 'question' | 'answer'>
  /** Below the answer: what can be done with it. */
  children?: ReactNode
}

export function Exchange({ exchange: { id, question, answer }, children }: ExchangeProps) {
  const { t } = useWords()
  return (
    <QuestionFrame id={id} question={question}>
      <div className="answer-text">
        {answer === null ? <p className="hint">{t('This answer was stopped.')}</p> : <AnswerText text={answer} />}
      </div>
      {children}
    </QuestionFrame>
  )
}

/** The id of the heading of a question. */
export const questionId = (id: number): string => `question-${id}`

type FrameProps = { id: number; question: string; busy?: boolean; children: ReactNode }

export function QuestionFrame({ id, question, busy = false, children }: FrameProps) {
  const frame = useRef<HTMLElement>(null)
  // An answer that ends takes its Stop button away. The focus that was on it goes to the question, not to the page.
  useLayoutEffect(() => {
    const here = frame.current
    return () => {
      if (!here?.contains(document.activeElement)) return
      requestAnimationFrame(() => document.getElementById(questionId(id))?.focus({ preventScroll: true }))
    }
  }, [id])
  return (
    <article ref={frame} className="exchange" aria-labelledby={questionId(id)} aria-busy={busy || undefined}>
      <h2 id={questionId(id)} tabIndex={-1} dir="auto">
        {question}
      </h2>
      {children}
    </article>
  )
}
