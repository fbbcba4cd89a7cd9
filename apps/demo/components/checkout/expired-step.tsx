'use client'
// The price hold is over: what is kept, and how to begin again.

import { FlowForm } from 'dogear/react'
import { CheckoutPage } from './checkout-page.tsx'
import { type CheckoutProps, useCheckout } from './use-checkout.ts'

export function ExpiredStep(props: CheckoutProps) {
  const step = useCheckout(props)
  return (
    <CheckoutPage title="We could not hold the prices any longer" step={step}>
      <p className="lede">Prices are held for a while after you tell us where to deliver. That time is over.</p>
      <p>
        Nothing was ordered or charged. Your delivery details are kept; you only need to check them and choose how to
        pay.
      </p>
      <FlowForm flow={step.flow} step="expired" type="cart.restarted" onReply={step.onReply}>
        <button type="submit" className="button">
          Begin again
        </button>
      </FlowForm>
    </CheckoutPage>
  )
}
