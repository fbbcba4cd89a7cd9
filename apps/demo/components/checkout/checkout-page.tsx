'use client'
// The frame of a step of the checkout: the order beside it, and how long its prices are held.

import { type ReactNode, useState } from 'react'
import type { Labels } from '../../lib/labels.ts'
import { isQuestion, stepUrl, titleOf } from '../../lib/view.ts'
import { StepPage } from '../step-page.tsx'
import { useChanging } from '../use-changing.ts'
import { useWords } from '../words.tsx'
import { OrderBeside, OrderOnTop } from './order.tsx'
import { PriceHold } from './price-hold.tsx'
import type { CheckoutStep } from './use-checkout.ts'

type CheckoutPageProps = {
  step: CheckoutStep
  /** The labels of the fields, by name. */
  labels?: Labels
  children: ReactNode
}

export function CheckoutPage({ step, labels, children }: CheckoutPageProps) {
  const { t } = useWords()
  const { view, pages } = step
  const path = step.path ?? ''
  const { cart, delivery } = view.context
  // A step that closes while its page is shown keeps its heading.
  const [title] = useState(() => titleOf(view, path))
  const { questions } = pages
  const before = useChanging() ? 'review' : questions[questions.indexOf(path) - 1]
  return (
    <StepPage
      step={step}
      title={title}
      labels={labels}
      back={
        isQuestion(pages, path)
          ? { href: before === undefined ? '/' : stepUrl(pages, before), label: t('Back') }
          : undefined
      }
      side={<OrderBeside cart={cart} delivery={delivery} />}
      top={path !== 'review' && <OrderOnTop cart={cart} delivery={delivery} />}
      under={isQuestion(pages, path) && <PriceHold step={step} warnMs={step.holdWarnMs} />}
    >
      {children}
    </StepPage>
  )
}
