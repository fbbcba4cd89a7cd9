// The pages that only version 1 had, in place of those of today.

import type { ComponentType } from 'react'
import type { CheckoutProps } from '../../components/checkout/use-checkout.ts'
import { ReviewStep } from './review-step.tsx'
import { ShippingStep } from './shipping-step.tsx'

export const ownSteps: Readonly<Record<string, ComponentType<CheckoutProps>>> = {
  shipping: ShippingStep,
  review: ReviewStep,
}
