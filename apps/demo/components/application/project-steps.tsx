'use client'
// The questions about the book in progress, and about earlier ones.

import { genres, summaryLength } from '../../flows/application/choices.ts'
import { ChoiceField, yesOrNo } from '../choice-field.tsx'
import { describedBy, Field, SelectField, TextField } from '../field.tsx'
import { useWords } from '../words.tsx'
import { QuestionPage } from './question-page.tsx'
import type { ApplicationProps } from './use-application.ts'

const projectLabels = { workTitle: 'Working title', genre: 'What it is', summary: 'What it is about' } as const

export function ProjectStep(props: ApplicationProps) {
  const { t, locale } = useWords()
  const hint = t('Up to {count} characters, about a page', { count: summaryLength.toLocaleString(locale) })
  return (
    <QuestionPage {...props} question="project" labels={projectLabels}>
      {(field) => {
        const { id, label, error, defaultValue } = field('summary')
        return (
          <>
            <TextField {...field('workTitle')} autoComplete="off" />
            <SelectField {...field('genre')} className="width-medium" empty={t('Choose one')} options={genres} />
            <Field id={id} label={label} hint={hint} error={error}>
              <textarea id={id} name={id} rows={8} defaultValue={defaultValue} {...describedBy(id, hint, error)} />
            </Field>
          </>
        )
      }}
    </QuestionPage>
  )
}

const publishedLabels = { published: 'Has a publisher brought out a book of yours?' } as const

export function PublishedStep(props: ApplicationProps) {
  const { t } = useWords()
  return (
    <QuestionPage {...props} question="published" labels={publishedLabels}>
      {(field) => (
        <ChoiceField
          {...field('published')}
          hint={t('You can apply either way; half of our writers come with their first book.')}
          options={yesOrNo}
        />
      )}
    </QuestionPage>
  )
}

const publicationLabels = { bookTitle: 'Title', publisher: 'Publisher', year: 'Year it came out' } as const

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
