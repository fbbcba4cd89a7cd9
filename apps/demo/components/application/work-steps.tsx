'use client'
// Your work: how you make your living, and what asks for it.

import { employments, leaves } from '../../flows/application/choices.ts'
import { ChoiceField } from '../choice-field.tsx'
import { TextField } from '../field.tsx'
import { useWords } from '../words.tsx'
import { QuestionPage } from './question-page.tsx'
import type { ApplicationProps } from './use-application.ts'

const employmentLabels = { employment: 'How do you make your living?' } as const

export function EmploymentStep(props: ApplicationProps) {
  const { t } = useWords()
  return (
    <QuestionPage {...props} question="employment" labels={employmentLabels}>
      {(field) => (
        <ChoiceField
          {...field('employment')}
          hint={t('If several are true, choose what takes most of your time.')}
          options={employments}
        />
      )}
    </QuestionPage>
  )
}

const employerLabels = { employer: 'Employer', leave: 'Will they let you go for two months?' } as const

export function EmployerStep(props: ApplicationProps) {
  return (
    <QuestionPage {...props} question="employer" labels={employerLabels}>
      {(field) => (
        <>
          <TextField {...field('employer')} autoComplete="organization" />
          <ChoiceField {...field('leave')} options={leaves} />
        </>
      )}
    </QuestionPage>
  )
}

const studiesLabels = { school: 'School or university', course: 'Course (optional)' } as const

export function StudiesStep(props: ApplicationProps) {
  return (
    <QuestionPage {...props} question="studies" labels={studiesLabels}>
      {(field) => (
        <>
          <TextField {...field('school')} autoComplete="off" />
          <TextField {...field('course')} autoComplete="off" />
        </>
      )}
    </QuestionPage>
  )
}
