'use client'
// A step of the checkout at work.

import type { StepRefusal } from 'dogear/react'
import type { CheckoutView } from '../../flows/checkout/flow.ts'
import { checkoutPages, orderPages } from '../../flows/checkout/pages.ts'
import { type DemoStep, type DemoStepProps, useDemoStep } from '../use-demo-step.ts'

/** `holdWarnMs` is how long before the price hold ends a person is warned; `order` the key of one of several orders. */
export type CheckoutProps = DemoStepProps<CheckoutView> & { holdWarnMs: number; order: string | undefined }
export type CheckoutStep = DemoStep<CheckoutView> & { holdWarnMs: number }

export function useCheckout(props: CheckoutProps, refused: StepRefusal | null = null): CheckoutStep {
  const pages = orderPages(props.order) ?? checkoutPages
  return { ...useDemoStep(pages, props, refused), holdWarnMs: props.holdWarnMs }
}
