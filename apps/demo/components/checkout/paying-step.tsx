'use client'
// While the card is charged: nothing to do, safe to leave.

import { Waiting } from '../waiting.tsx'
import { CheckoutPage } from './checkout-page.tsx'
import { type CheckoutProps, useCheckout } from './use-checkout.ts'

export function PayingStep(props: CheckoutProps) {
  const step = useCheckout(props)
  return (
    <CheckoutPage title="We are confirming your payment" step={step}>
      <Waiting refresh={step.flow.refresh} />
      <p>
        You can safely close it or come back later: your card is charged at most once, whatever happens to this page,
        and the result will be here.
      </p>
    </CheckoutPage>
  )
}
