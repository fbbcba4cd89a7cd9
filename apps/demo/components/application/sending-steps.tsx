'use client'

// The sending: while it goes on, if it did not work, and the confirmation.

import { applicationPages } from '../../flows/application/pages.ts'
import { stepUrl } from '../../lib/view.ts'
import { Code, Ltr } from '../bidi.tsx'
import { Link } from '../link.tsx'
import { StartOverLink } from '../start-over.tsx'
import { StepForm } from '../step-form.tsx'
import { Waiting } from '../waiting.tsx'
import { useWords } from '../words.tsx'
import { ApplicationPage } from './application-page.tsx'
import { type ApplicationProps, useApplication } from './use-application.ts'

export function SendingStep(props: ApplicationProps) {
  const { t } = useWords()
  const step = useApplication(props)
  return (
    <ApplicationPage step={step}>
      <Waiting refresh={step.flow.refresh} />
      <p>{t('You can close this page and come back to it: your application is sent once.')}</p>
    </ApplicationPage>
  )
}

const checkUrl = stepUrl(applicationPages, 'check')

export function UnsentStep(props: ApplicationProps) {
  const { t, rich } = useWords()
  const step = useApplication(props)
  return (
    <ApplicationPage step={step}>
      <p className="lede">{t('That is our fault. Your answers are saved.')}</p>
      <p>
        {t('Try again in a moment.')}{' '}
        {rich('You can also {look} once more before you do.', {
          look: <Link href={checkUrl}>{t('look at your answers')}</Link>,
        })}
      </p>
      <StepForm step={step} type="application.retried" labels={{}} submit={t('Try again')}>
        {() => null}
      </StepForm>
    </ApplicationPage>
  )
}

export function SentStep(props: ApplicationProps) {
  const { t, rich } = useWords()
  const step = useApplication(props)
  const { reference, answers } = step.view.context
  return (
    <ApplicationPage step={step}>
      <div className="reference sheet">
        <p>{t('Your reference')}</p>
        <p>
          <Code>{reference}</Code>
        </p>
      </div>
      <section className="stack" aria-labelledby="next-title">
        <h2 id="next-title">{t('What happens next')}</h2>
        <p>
          {t('Three readers look at every application.')}{' '}
          {rich('We write to {email} within six weeks, whether they choose it or not.', {
            email: <Ltr>{answers.contact?.email}</Ltr>,
          })}
        </p>
        <p>{t('You can come back to this page at this address, in this browser.')}</p>
      </section>
      <StartOverLink pages={applicationPages} label="Start a new application" />
    </ApplicationPage>
  )
}
