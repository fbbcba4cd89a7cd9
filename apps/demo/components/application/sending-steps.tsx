'use client'

// The sending: while it goes on, if it did not work, and the confirmation.

import { applicationPages } from '../../flows/application/pages.ts'
import { stepUrl } from '../../lib/view.ts'
import { Link } from '../link.tsx'
import { StartOverLink } from '../start-over.tsx'
import { StepForm } from '../step-form.tsx'
import { Waiting } from '../waiting.tsx'
import { ApplicationPage } from './application-page.tsx'
import { type ApplicationProps, useApplication } from './use-application.ts'

export function SendingStep(props: ApplicationProps) {
  const step = useApplication(props)
  return (
    <ApplicationPage step={step}>
      <Waiting refresh={step.flow.refresh} />
      <p>You can close this page and come back to it: your application is sent once.</p>
    </ApplicationPage>
  )
}

const checkUrl = stepUrl(applicationPages, 'check')

export function UnsentStep(props: ApplicationProps) {
  const step = useApplication(props)
  return (
    <ApplicationPage step={step}>
      <p className="lede">That is our fault. Your answers are saved.</p>
      <p>
        Try again in a moment. You can also <Link href={checkUrl}>look at your answers</Link> once more before you do.
      </p>
      <StepForm step={step} type="application.retried" labels={{}} submit="Try again">
        {() => null}
      </StepForm>
    </ApplicationPage>
  )
}

export function SentStep(props: ApplicationProps) {
  const step = useApplication(props)
  const { reference, answers } = step.view.context
  return (
    <ApplicationPage step={step}>
      <div className="reference sheet">
        <p>Your reference</p>
        <p className="code">{reference}</p>
      </div>
      <section className="stack" aria-labelledby="next-title">
        <h2 id="next-title">What happens next</h2>
        <p>
          Three readers look at every application. We write to {answers.contact?.email} within six weeks, whether they
          choose it or not.
        </p>
        <p>You can come back to this page at this address, in this browser.</p>
      </section>
      <StartOverLink pages={applicationPages} label="Start a new application" />
    </ApplicationPage>
  )
}
