'use client'
// The order is placed: its reference, and what happens next. The page can be bookmarked.

import { checkoutPages } from '../../flows/checkout/pages.ts'
import { StartOverLink } from '../start-over.tsx'
import { CheckoutPage } from './checkout-page.tsx'
import { type CheckoutProps, useCheckout } from './use-checkout.ts'

export function ConfirmedStep(props: CheckoutProps) {
  const step = useCheckout(props)
  const { reference, shipping, payment } = step.view.context
  return (
    <CheckoutPage step={step}>
      <p className="lede">Thank you. We have your order.</p>
      <div className="reference sheet">
        <p>Your order reference</p>
        <p className="code">{reference}</p>
      </div>
      <section className="stack" aria-labelledby="next-title">
        <h2 id="next-title">What happens next</h2>
        <p>
          We pack your books within two working days and write to {shipping?.email} when they are on their way to{' '}
          {shipping?.city}.
        </p>
        {payment?.method === 'invoice' ? (
          <p>The invoice for {payment.company} is in the parcel. It is due 30 days after delivery.</p>
        ) : (
          <p>Your payment has been taken. There is nothing left for you to do.</p>
        )}
        <p>You can come back to this page at this address, in this browser.</p>
      </section>
      <StartOverLink pages={checkoutPages} label="Start a new order" />
    </CheckoutPage>
  )
}
