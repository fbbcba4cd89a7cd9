'use client'
// Your household: whether anyone comes along, and each of them.

import { useEffect, useState } from 'react'
import { fieldOf, mostPeople, relations } from '../../flows/application/choices.ts'
import { applicationPages } from '../../flows/application/pages.ts'
import { currentStep, currentUrl, isOpen, stepUrl } from '../../lib/view.ts'
import { ChoiceField, yesOrNo } from '../choice-field.tsx'
import { SelectField, TextField } from '../field.tsx'
import { ButtonLink } from '../link.tsx'
import { StepForm } from '../step-form.tsx'
import { useWords } from '../words.tsx'
import { ApplicationPage } from './application-page.tsx'
import { QuestionPage } from './question-page.tsx'
import { type ApplicationProps, type ApplicationStep, useApplication } from './use-application.ts'

const companyLabels = { company: 'Will anyone come with you?' } as const

export function CompanyStep(props: ApplicationProps) {
  const { t } = useWords()
  return (
    <QuestionPage {...props} question="company" labels={companyLabels}>
      {(field) => (
        <ChoiceField
          {...field('company')}
          hint={t('The house has beds for {count} more: partners, children, carers, friends.', { count: mostPeople })}
          options={yesOrNo}
        />
      )}
    </QuestionPage>
  )
}

/** `person` is the id of the person on the page; undefined for someone new. */
export function PersonStep({ person: given, ...props }: ApplicationProps & { person: string | undefined }) {
  const { t } = useWords()
  const whole = useApplication(props)
  const { people } = whole.view.context
  // The Back button may show the page as it was before the person was added: then the page is about that person.
  const [person] = useState(given ?? (currentStep(whole.view)?.id === 'person' ? undefined : people.at(-1)?.person))
  const known = people.find((one) => one.person === person)
  const own = <Name extends string>(name: Name) => fieldOf(name, person) as Name
  const labels = {
    [own('personName')]: 'Full name',
    [own('relation')]: 'Who they are to you',
    [own('age')]: 'Age',
  } as const
  // Errors about another person belong to that person's page.
  const step = { ...whole, errors: Object.fromEntries(Object.entries(whole.errors).filter(([name]) => name in labels)) }
  const answers = known && {
    [own('personName')]: known.personName,
    [own('relation')]: known.relation,
    [own('age')]: known.age,
  }
  const back = isOpen(step.view, 'people') ? stepUrl(applicationPages, 'people') : undefined
  const [name] = useState(known?.personName)
  if (person !== undefined && !known) return <PersonRemoved step={step} name={name} />
  return (
    <ApplicationPage
      title={known && t('Change {name}', { name: known.personName })}
      step={step}
      back={back}
      labels={labels}
    >
      {people.length === 0 && <p className="lede">{t('Tell us about one person. You can add more after that.')}</p>}
      <StepForm
        key={person ?? 'new'}
        step={step}
        type="person.submitted"
        answers={answers}
        labels={labels}
        submit={known ? t('Save and continue') : t('Continue')}
      >
        {(field) => (
          <>
            {person !== undefined && <input type="hidden" name="person" value={person} />}
            <TextField {...field(own('personName'))} autoComplete="off" spellCheck={false} />
            <SelectField
              {...field(own('relation'))}
              className="width-medium"
              empty={t('Choose one')}
              options={relations}
            />
            <TextField
              {...field(own('age'))}
              hint={t('In years. We put up cots for those under 3')}
              inputMode="numeric"
              autoComplete="off"
              className="width-short"
            />
          </>
        )}
      </StepForm>
    </ApplicationPage>
  )
}

/** Somebody who was taken off the list in another tab, while their page was open here. */
function PersonRemoved({ step, name }: { step: ApplicationStep; name: string | undefined }) {
  const { t } = useWords()
  const next = currentUrl(applicationPages, step.view)
  const title = name === undefined ? t('This person was removed') : t('{name} was removed', { name })
  const whole = t(applicationPages.title)
  useEffect(() => {
    document.title = `${title} – ${whole}`
  }, [title, whole])
  return (
    <ApplicationPage title={title} step={step}>
      <p className="lede" role="status">
        {t('That was in another tab or on another device. Nothing on this page was saved.')}
      </p>
      <ButtonLink href={next}>{t('Continue')}</ButtonLink>
    </ApplicationPage>
  )
}
