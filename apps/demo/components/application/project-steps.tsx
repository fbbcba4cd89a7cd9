'use client'
// The questions about the book in progress, and about earlier ones.

import { genres, summaryLength } from '../../flows/application/choices.ts'
import { ChoiceField, yesOrNo } from '../choice-field.tsx'
import { describedBy, Field, SelectField, TextField } from '../field.tsx'
import { QuestionPage } from './question-page.tsx'
import type { ApplicationProps } from './use-application.ts'

const projectLabels = { workTitle: 'Working title', genre: 'What it is', summary: 'What it is about' }

export function ProjectStep(props: ApplicationProps) {
  const hint = `Up to ${summaryLength.toLocaleString('en')} characters, about a page`
  return (
    <QuestionPage {...props} question="project" labels={projectLabels}>
      {(field) => {
        const { id, label, error, defaultValue } = field('summary')
        return (
          <>
            <TextField {...field('workTitle')} autoComplete="off" />
            <SelectField {...field('genre')} className="width-medium" empty="Choose one" options={genres} />
            <Field id={id} label={label} hint={hint} error={error}>
              <textarea id={id} name={id} rows={8} defaultValue={defaultValue} {...describedBy(id, hint, error)} />
            </Field>
          </>
        )
      }}
    </QuestionPage>
  )
}

const publishedLabels = { published: 'Has a publisher brought out a book of yours?' }

export function PublishedStep(props: ApplicationProps) {
  return (
    <QuestionPage {...props} question="published" labels={publishedLabels}>
      {(field) => (
        <ChoiceField
          {...field('published')}
          hint="You can apply either way; half of our writers come with their first book."
          options={yesOrNo}
        />
      )}
    </QuestionPage>
  )
}

const publicationLabels = { bookTitle: 'Title', publisher: 'Publisher', year: 'Year it came out' }

export function PublicationStep(props: ApplicationProps) {
  return (
    <QuestionPage {...props} question="publication" labels={publicationLabels}>
      {(field) => (
        <>
          <TextField {...field('bookTitle')} autoComplete="off" />
          <TextField {...field('publisher')} autoComplete="off" className="width-medium" />
          <TextField {...field('year')} inputMode="numeric" autoComplete="off" className="width-short" />
        </>
      )}
    </QuestionPage>
  )
}
