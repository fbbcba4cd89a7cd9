'use client'
// The frame of a step of the application: the link back, the section, and the offer.

import { type ReactNode, useState } from 'react'
import { applicationPages, sectionLine } from '../../flows/application/pages.ts'
import type { Labels } from '../../lib/labels.ts'
import { isOpen, isQuestion, stepUrl, titleOf } from '../../lib/view.ts'
import { StepPage } from '../step-page.tsx'
import { useChanging } from '../use-changing.ts'
import { useWords } from '../words.tsx'
import { Residency } from './residency.tsx'
import type { ApplicationStep } from './use-application.ts'

type ApplicationPageProps = {
  step: ApplicationStep
  /** Default: the title of the step. */
  title?: string | undefined
  /** Where "Back" leads; default: to the question before. */
  back?: string | undefined
  top?: ReactNode
  /** The labels of the fields, by name. */
  labels?: Labels
  children: ReactNode
}

export function ApplicationPage({ step, title, back, top, labels, children }: ApplicationPageProps) {
  const words = useWords()
  // A step that closes while its page is shown keeps its heading.
  const path = step.path ?? ''
  const [ofStep] = useState(() => titleOf(step.view, path))
  const href = useChanging() ? stepUrl(applicationPages, 'check') : (back ?? before(step.view, path))
  return (
    <StepPage
      step={step}
      title={title ?? ofStep}
      labels={labels}
      back={isQuestion(applicationPages, path) ? { href, label: words.t('Back') } : undefined}
      top={top}
      progress={sectionLine(path, words)}
      side={<Residency />}
    >
      {children}
    </StepPage>
  )
}

/** The question before. */
function before(view: ApplicationStep['view'], path: string): string {
  const { questions } = applicationPages
  const last = questions.slice(0, questions.indexOf(path)).findLast((other) => isOpen(view, other))
  if (last !== undefined) return stepUrl(applicationPages, last)
  return view.saved ? applicationPages.base : '/'
}
