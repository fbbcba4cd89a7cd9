'use client'
// The review of version 1: every answer with a link to change it, and the button that orders.

import { FlowForm } from 'dogear/react'
import { formatMoney } from '../../flows/checkout/cart.ts'
import { countries } from '../../flows/countries.ts'
import { Answer, Lines } from '../answer.tsx'
import { CheckoutPage } from './checkout-page.tsx'
import { OrderLines } from './order.tsx'
import type { CheckoutProps } from './use-checkout.ts'
import { useCheckout1 } from './use-checkout-1.ts'

export function ReviewStep(props: CheckoutProps) {
  const { step, context } = useCheckout1(props)
  const { flow, onReply, urlOf } = step
  const { cart, shipping, payment } = context
  if (!shipping || !payment) return null
  const total = formatMoney(cart.total, cart.currency)
  const address = [shipping.line1, shipping.line2, shipping.city, shipping.postcode, countries[shipping.country]]
  return (
    <CheckoutPage step={step}>
      <section aria-labelledby="delivery-title">
        <h2 id="delivery-title" className="section-head">
          Delivery
        </h2>
        <dl className="answers">
          <Answer label="Name" href={urlOf('shipping')} what="name">
            {shipping.name}
          </Answer>
          <Answer label="Address" href={urlOf('shipping')} what="address">
            <Lines of={address} />
          </Answer>
          <Answer label="Email address" href={urlOf('shipping')} what="email address">
            {shipping.email}
          </Answer>
        </dl>
      </section>
      <section aria-labelledby="payment-title">
        <h2 id="payment-title" className="section-head">
          Payment
        </h2>
        <dl className="answers">
          <Answer label="Method" href={urlOf('payment')} what="payment method">
            {payment.label}
          </Answer>
          {payment.method === 'invoice' && (
            <Answer label="VAT number" href={urlOf('payment')} what="VAT number">
              {payment.vatId || 'Not provided'}
            </Answer>
          )}
        </dl>
      </section>
      <section className="only-narrow" aria-labelledby="items-title">
        <h2 id="items-title">Items</h2>
        <OrderLines cart={cart} />
      </section>
      <FlowForm flow={flow} step="review" type="order.placed" onReply={onReply}>
        <button type="submit" className="button">
          {payment.method === 'card' ? `Pay ${total}` : `Place order for ${total}`}
        </button>
      </FlowForm>
    </CheckoutPage>
  )
}
