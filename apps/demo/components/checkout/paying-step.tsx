'use client'
// While the card is charged: nothing to do, safe to leave.

import { useEffect } from 'react'
import { CheckoutPage } from './checkout-page.tsx'
import { type CheckoutProps, useCheckout } from './use-checkout.ts'

const pollMs = 1500

export function PayingStep(props: CheckoutProps) {
  const step = useCheckout('paying', props)
  const { refresh } = step.flow
  useEffect(() => {
    const timer = setInterval(refresh, pollMs)
    return () => clearInterval(timer)
  }, [refresh])

  return (
    <CheckoutPage title="We are confirming your payment" step={step}>
      <noscript>
        <meta httpEquiv="refresh" content="2" />
      </noscript>
      <p className="lede" role="status">
        This takes a few seconds. The page moves on by itself.
      </p>
      <p>
        You can safely close it or come back later: your card is charged at most once, whatever happens to this page,
        and the result will be here.
      </p>
    </CheckoutPage>
  )
}
