// The steps of the checkout whose pages belong to this version of it; those of another version are put in its place at build time.

import type { ComponentType } from 'react'
import { DeliveryStep } from './delivery-step.tsx'
import { ReviewStep } from './review-step.tsx'
import { ShippingStep } from './shipping-step.tsx'
import type { CheckoutProps } from './use-checkout.ts'

export const ownSteps: Readonly<Record<string, ComponentType<CheckoutProps>>> = {
  shipping: ShippingStep,
  delivery: DeliveryStep,
  review: ReviewStep,
}
