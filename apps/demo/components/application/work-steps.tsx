'use client'
// Your work: how you make your living, and what asks for it.

import { employments, leaves } from '../../flows/application/choices.ts'
import { TextField } from '../field.tsx'
import { StepForm } from '../step-form.tsx'
import { ApplicationPage } from './application-page.tsx'
import { ChoiceField } from './choice-field.tsx'
import { type ApplicationProps, useApplication } from './use-application.ts'

const employmentLabels = { employment: 'How do you make your living?' }

export function EmploymentStep(props: ApplicationProps) {
  const step = useApplication('employment', props)
  return (
    <ApplicationPage title={employmentLabels.employment} step={step}>
      <StepForm
        step={step}
        type="employment.submitted"
        answers={step.view.context.answers.employment}
        labels={employmentLabels}
      >
        {(field) => (
          <ChoiceField
            {...field('employment')}
            inHeading
            hint="If several are true, choose what takes most of your time."
            options={employments}
          />
        )}
      </StepForm>
    </ApplicationPage>
  )
}

const employerLabels = { employer: 'Employer', leave: 'Will they let you go for two months?' }

export function EmployerStep(props: ApplicationProps) {
  const step = useApplication('employer', props)
  return (
    <ApplicationPage title="Who do you work for?" step={step}>
      <StepForm
        step={step}
        type="employer.submitted"
        answers={step.view.context.answers.employer}
        labels={employerLabels}
      >
        {(field) => (
          <>
            <TextField {...field('employer')} autoComplete="organization" />
            <ChoiceField {...field('leave')} options={leaves} />
          </>
        )}
      </StepForm>
    </ApplicationPage>
  )
}

const studiesLabels = { school: 'School or university', course: 'Course (optional)' }

export function StudiesStep(props: ApplicationProps) {
  const step = useApplication('studies', props)
  return (
    <ApplicationPage title="Where do you study?" step={step}>
      <StepForm step={step} type="studies.submitted" answers={step.view.context.answers.studies} labels={studiesLabels}>
        {(field) => (
          <>
            <TextField {...field('school')} autoComplete="off" />
            <TextField {...field('course')} autoComplete="off" />
          </>
        )}
      </StepForm>
    </ApplicationPage>
  )
}
