'use client'
// A step of the checkout at work.

import type { CheckoutView } from '../../flows/checkout/flow.ts'
import { checkoutPages } from '../../flows/checkout/pages.ts'
import { type Step, type StepProblem, type StepProps, useStep } from '../use-step.ts'

/** `holdWarnMs` is how long before the price hold ends a person is warned. */
export type CheckoutProps = StepProps<CheckoutView> & { holdWarnMs: number }
export type CheckoutStep = Step<CheckoutView> & { holdWarnMs: number }

export function useCheckout(path: string, props: CheckoutProps, refused: StepProblem | null = null): CheckoutStep {
  return { ...useStep(checkoutPages, path, props, refused), holdWarnMs: props.holdWarnMs }
}
