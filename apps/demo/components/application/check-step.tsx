'use client'
// Check your answers: everything that will be sent, each answer with a link to change it, and the button that sends it.

import { applicationPages } from '../../flows/application/pages.ts'
import { stepUrl } from '../../lib/view.ts'
import { Answer } from '../answer.tsx'
import { StepForm } from '../step-form.tsx'
import { useWords } from '../words.tsx'
import { ApplicationPage } from './application-page.tsx'
import { answersOf } from './check-rows.tsx'
import { type ApplicationProps, useApplication } from './use-application.ts'

export function CheckStep(props: ApplicationProps) {
  const words = useWords()
  const { t } = words
  const step = useApplication(props)
  return (
    <ApplicationPage step={step}>
      {answersOf(step.view.context, words).map(({ id, title, rows }) => (
        <section key={id} aria-labelledby={`${id}-title`}>
          <h2 id={`${id}-title`} className="section-head">
            {title}
          </h2>
          <dl className="answers">
            {rows.map(({ label, value, step: at, what, query = '' }) => (
              <Answer key={label} label={label} what={what} href={`${stepUrl(applicationPages, at)}${query}`}>
                {value || <span className="hint">{t('Not provided')}</span>}
              </Answer>
            ))}
          </dl>
        </section>
      ))}
      <section className="stack" aria-labelledby="send-title">
        <h2 id="send-title">{t('Send your application')}</h2>
        <p>
          {t('By sending it you confirm that the work is your own and that your answers are right.')}{' '}
          {t('You cannot change them afterwards.')}
        </p>
        <StepForm step={step} type="application.submitted" labels={{}} submit={t('Send application')}>
          {() => null}
        </StepForm>
      </section>
    </ApplicationPage>
  )
}
