'use client'
// The frame of a step of the application: the link back, the section, and the offer.

import type { ReactNode } from 'react'
import { applicationPages, sectionLine } from '../../flows/application/pages.ts'
import { isOpen, isQuestion, stepUrl } from '../../lib/view.ts'
import { StepPage } from '../step-page.tsx'
import { Residency } from './residency.tsx'
import type { ApplicationStep } from './use-application.ts'

type ApplicationPageProps = {
  step: ApplicationStep
  title: string
  /** Where "Back" leads; default: to the step before. */
  back?: string | undefined
  top?: ReactNode
  children: ReactNode
}

export function ApplicationPage({ step, title, back, top, children }: ApplicationPageProps) {
  return (
    <StepPage
      step={step}
      title={title}
      back={isQuestion(applicationPages, step.path) ? { href: back ?? before(step), label: 'Back' } : undefined}
      top={top}
      progress={sectionLine(step.path)}
      side={<Residency />}
    >
      {children}
    </StepPage>
  )
}

/** The link back: to the check for a person who came to change an answer, else to the question before. */
function before({ path, view }: ApplicationStep): string {
  if (path !== 'check' && isOpen(view, 'check')) return stepUrl(applicationPages, 'check')
  const { questions } = applicationPages
  const last = questions.slice(0, questions.indexOf(path)).findLast((other) => isOpen(view, other))
  if (last !== undefined) return stepUrl(applicationPages, last)
  return view.saved ? applicationPages.base : '/'
}
