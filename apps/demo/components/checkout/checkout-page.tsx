'use client'
// The frame of a step of the checkout: the order beside it, and how long its prices are held.

import type { ReactNode } from 'react'
import { checkoutPages } from '../../flows/checkout/pages.ts'
import { isQuestion, stepUrl } from '../../lib/view.ts'
import { StepPage } from '../step-page.tsx'
import { OrderBeside, OrderOnTop } from './order.tsx'
import { PriceHold } from './price-hold.tsx'
import type { CheckoutStep } from './use-checkout.ts'

type CheckoutPageProps = {
  step: CheckoutStep
  title: string
  back?: { href: string; label: string }
  children: ReactNode
}

export function CheckoutPage({ step, title, back, children }: CheckoutPageProps) {
  const { view, path } = step
  const { cart, delivery } = view.context
  return (
    <StepPage
      step={step}
      title={title}
      back={back}
      side={<OrderBeside cart={cart} delivery={delivery} />}
      top={path !== 'review' && <OrderOnTop cart={cart} delivery={delivery} />}
      under={isQuestion(checkoutPages, path) && <PriceHold step={step} warnMs={step.holdWarnMs} />}
    >
      {children}
    </StepPage>
  )
}

/** The link back to the question before the one at `path`. */
export function backBefore(path: string): { href: string; label: string } {
  const { questions } = checkoutPages
  return backTo(questions[questions.indexOf(path) - 1] ?? path)
}

export function backTo(path: string): { href: string; label: string } {
  return { href: stepUrl(checkoutPages, path), label: 'Back' }
}
