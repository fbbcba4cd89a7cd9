'use client'
// The page of one question: its heading, its form, and the answer that was given before.

import type { ReactNode } from 'react'
import type { Question } from '../../flows/application/questions.ts'
import type { Text } from '../../words/words.ts'
import { type FieldOf, StepForm } from '../step-form.tsx'
import { ApplicationPage } from './application-page.tsx'
import { type ApplicationProps, useApplication } from './use-application.ts'

type QuestionPageProps<Name extends string> = ApplicationProps & {
  question: Question
  /** The fields by name, as a person knows them. */
  labels: Readonly<Record<Name, Text>>
  children: (field: FieldOf<Name>) => ReactNode
}

export function QuestionPage<Name extends string>(props: QuestionPageProps<Name>) {
  const { question, labels, children } = props
  const step = useApplication(props)
  const answers = step.view.context.answers[question]
  return (
    <ApplicationPage step={step} labels={labels}>
      <StepForm step={step} type={`${question}.submitted`} answers={answers} labels={labels}>
        {children}
      </StepForm>
    </ApplicationPage>
  )
}
