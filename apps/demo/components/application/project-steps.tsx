'use client'
// What you are writing, and what was published before.

import { genres, summaryLength } from '../../flows/application/choices.ts'
import { describedBy, Field, SelectField, TextField } from '../field.tsx'
import { StepForm } from '../step-form.tsx'
import { ApplicationPage } from './application-page.tsx'
import { ChoiceField, yesOrNo } from './choice-field.tsx'
import { type ApplicationProps, useApplication } from './use-application.ts'

const projectLabels = { workTitle: 'Working title', genre: 'What it is', summary: 'What it is about' }

export function ProjectStep(props: ApplicationProps) {
  const step = useApplication('project', props)
  const hint = `Up to ${summaryLength.toLocaleString('en')} characters, about a page`
  return (
    <ApplicationPage title="What are you writing?" step={step}>
      <StepForm step={step} type="project.submitted" answers={step.view.context.answers.project} labels={projectLabels}>
        {(field) => {
          const { id, label, error, defaultValue } = field('summary')
          return (
            <>
              <TextField {...field('workTitle')} autoComplete="off" />
              <SelectField {...field('genre')} className="width-medium">
                <option value="">Choose one</option>
                {Object.entries(genres).map(([value, name]) => (
                  <option key={value} value={value}>
                    {name}
                  </option>
                ))}
              </SelectField>
              <Field id={id} label={label} hint={hint} error={error}>
                <textarea id={id} name={id} rows={8} defaultValue={defaultValue} {...describedBy(id, hint, error)} />
              </Field>
            </>
          )
        }}
      </StepForm>
    </ApplicationPage>
  )
}

const publishedLabels = { published: 'Has a publisher brought out a book of yours?' }

export function PublishedStep(props: ApplicationProps) {
  const step = useApplication('published', props)
  return (
    <ApplicationPage title={publishedLabels.published} step={step}>
      <StepForm
        step={step}
        type="published.submitted"
        answers={step.view.context.answers.published}
        labels={publishedLabels}
      >
        {(field) => (
          <ChoiceField
            {...field('published')}
            inHeading
            hint="You can apply either way; half of our writers come with their first book."
            options={yesOrNo}
          />
        )}
      </StepForm>
    </ApplicationPage>
  )
}

const publicationLabels = { bookTitle: 'Title', publisher: 'Publisher', year: 'Year it came out' }

export function PublicationStep(props: ApplicationProps) {
  const step = useApplication('publication', props)
  return (
    <ApplicationPage title="Which was your latest book?" step={step}>
      <StepForm
        step={step}
        type="publication.submitted"
        answers={step.view.context.answers.publication}
        labels={publicationLabels}
      >
        {(field) => (
          <>
            <TextField {...field('bookTitle')} autoComplete="off" />
            <TextField {...field('publisher')} autoComplete="off" className="width-medium" />
            <TextField {...field('year')} inputMode="numeric" autoComplete="off" className="width-short" />
          </>
        )}
      </StepForm>
    </ApplicationPage>
  )
}
