'use client'

// A step of version 1: only its answers differ from today's.

import type { CheckoutView } from '../../flows/checkout/flow.ts'
import { type CheckoutProps, type CheckoutStep, useCheckout } from './use-checkout.ts'

export function useCheckout1(props: CheckoutProps): { step: CheckoutStep; context: CheckoutView['context'] } {
  const step = useCheckout(props)
  // In a build of version 1 the view is one of version 1, while the types are those of today.
  return { step, context: step.view.context as unknown as CheckoutView['context'] }
}
