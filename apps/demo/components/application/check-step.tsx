'use client'
// Check your answers: everything that will be sent, with a way to change it, and the button that sends it.

import Link from 'next/link'
import type { ReactNode } from 'react'
import { applicationPages } from '../../flows/application/pages.ts'
import { stepUrl } from '../../lib/view.ts'
import { StepForm } from '../step-form.tsx'
import { ApplicationPage } from './application-page.tsx'
import { answersOf, type Row } from './check-rows.tsx'
import { type ApplicationProps, useApplication } from './use-application.ts'

export function CheckStep(props: ApplicationProps) {
  const step = useApplication('check', props)
  return (
    <ApplicationPage title="Check your answers" step={step}>
      {answersOf(step.view.context).map(({ id, title, rows }) => (
        <section key={id} aria-labelledby={`${id}-title`}>
          <h2 id={`${id}-title`} className="section-head">
            {title}
          </h2>
          <dl className="answers">
            {rows.map((row) => (
              <Answer key={row.label} {...row} />
            ))}
          </dl>
        </section>
      ))}
      <section className="stack" aria-labelledby="send-title">
        <h2 id="send-title">Send your application</h2>
        <p>
          By sending it you confirm that it is your own work and that what you told us is right. You cannot change it
          afterwards.
        </p>
        <StepForm step={step} type="application.submitted" labels={{}} submit="Send application">
          {() => null}
        </StepForm>
      </section>
    </ApplicationPage>
  )
}

function Answer({ label, value, step, what, query = '' }: Row): ReactNode {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{value || <span className="hint">Not provided</span>}</dd>
      <dd className="change">
        <Link href={`${stepUrl(applicationPages, step)}${query}`} prefetch={false}>
          Change<span className="visually-hidden"> {what}</span>
        </Link>
      </dd>
    </div>
  )
}
