'use client'
import type { ViewOf } from 'dogear'
import { type Router, type StepProps, useStep } from 'dogear/react'
import type { booking } from '../flows/booking'
import { GuestForm } from './guest-form'
import { messages, otherwise } from './messages'
import { RestartForm } from './restart-form'
import { TimeForm } from './time-form'

export type BookingProps = StepProps<ViewOf<typeof booking>>

/** The page of one step. It follows the session: to the next step, and when a timer or an effect has moved it on. */
export function BookingPage({ router, ...props }: BookingProps & { router: Router }) {
  const step = useStep<typeof booking>(props, router)
  const { gone, context } = step.view
  const title = gone ? 'Your answers are not here any more' : (step.title ?? 'One moment')
  return (
    <main>
      <title>{`${title} – Bookbinding workshop`}</title>
      <p className="above">Bookbinding workshop</p>
      {step.problem && (
        <p className="problem" role="status" {...step.alert}>
          {messages[step.problem] ?? otherwise}{' '}
          {step.current && step.current.path !== step.path && (
            <a href={step.urlOf(step.current.path)}>Go on: {step.current.title}</a>
          )}
        </p>
      )}
      <h1 {...step.heading}>{title}</h1>
      {gone && <a href={step.urlOf('time')}>Begin again</a>}
      {step.id === 'time' && <TimeForm step={step} />}
      {step.id === 'guest' && <GuestForm step={step} />}
      {step.waiting && <p role="status">We are booking your seat. This page goes on by itself.</p>}
      {(step.id === 'released' || step.id === 'failed') && <RestartForm step={step} />}
      {step.id === 'booked' && (
        <p>
          See you in the {context.time}, {context.guest?.name}. Your reference is <strong>{context.reference}</strong>.
        </p>
      )}
    </main>
  )
}
