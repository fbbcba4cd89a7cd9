'use client'
// The frame of a step's page: the way back, what went wrong, the heading, and the order beside it.

import Link from 'next/link'
import type { ReactNode } from 'react'
import { movedOn } from '../lib/problems.ts'
import { currentStep, currentUrl, isAsked, progressAt, stepUrl } from '../lib/view.ts'
import { ErrorSummary } from './error-summary.tsx'
import { Notice } from './notice.tsx'
import { OrderBeside, OrderOnTop } from './order.tsx'
import { PriceHold } from './price-hold.tsx'
import type { useStep } from './use-step.ts'

type StepPageProps = {
  path: string
  title: string
  now: number
  step: ReturnType<typeof useStep>
  back?: { href: string; label: string }
  children: ReactNode
}

export function StepPage({ path, title, now, step, back, children }: StepPageProps) {
  const { view, problem, errors, refusal, flow } = step
  const progress = progressAt(view, path)
  const current = currentStep(view)
  return (
    <div className="checkout">
      <div className="stack">
        {back && (
          <Link className="back-link" href={back.href} prefetch={false}>
            {back.label}
          </Link>
        )}
        {path !== 'review' && <OrderOnTop cart={view.context.cart} />}
        <Notice code={problem} cause={refusal}>
          {current && current.path !== path && movedOn(problem) && (
            <p>
              <Link href={currentUrl(view)} prefetch={false}>
                Go on from {current.title}
              </Link>
            </p>
          )}
        </Notice>
        <ErrorSummary errors={errors} cause={refusal} />
        <div className="heading">
          {progress && (
            <p className="progress">
              Step {progress.number} of {progress.of}
            </p>
          )}
          <h1 tabIndex={-1}>{title}</h1>
          {isAsked(path) && <PriceHold view={view} now={now} onOver={flow.refresh} />}
        </div>
        {children}
      </div>
      <OrderBeside cart={view.context.cart} />
    </div>
  )
}

export function backTo(path: string): { href: string; label: string } {
  return { href: stepUrl(path), label: 'Back' }
}
