'use client'
// A last look: every answer with a way to change it, and the button that orders.

import { FlowForm } from 'dogear/react'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { formatMoney } from '../flows/cart.ts'
import { countries } from '../flows/countries.ts'
import { OrderLines } from './order.tsx'
import { backTo, StepPage } from './step-page.tsx'
import { type StepProps, useStep } from './use-step.ts'

export function ReviewStep(props: StepProps) {
  const step = useStep('review', props)
  const { flow, view, onReply } = step
  const { cart, shipping, payment } = view.context
  if (!shipping || !payment) return null
  const total = formatMoney(cart.total, cart.currency)
  const address = [shipping.line1, shipping.line2, shipping.city, shipping.postcode, countries[shipping.country]]
  return (
    <StepPage path="review" title="Check your order" now={props.now} step={step} back={backTo('payment')}>
      <section aria-labelledby="delivery-title">
        <h2 id="delivery-title" className="section-head">
          Delivery
        </h2>
        <dl className="answers">
          <Answer label="Name" change="shipping" what="name">
            {shipping.name}
          </Answer>
          <Answer label="Address" change="shipping" what="address">
            {address.filter(Boolean).map((line, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the lines of an address are in a fixed order and may repeat.
              <span key={index}>
                {line}
                <br />
              </span>
            ))}
          </Answer>
          <Answer label="Email address" change="shipping" what="email address">
            {shipping.email}
          </Answer>
        </dl>
      </section>
      <section aria-labelledby="payment-title">
        <h2 id="payment-title" className="section-head">
          Payment
        </h2>
        <dl className="answers">
          <Answer label="Method" change="payment" what="payment method">
            {payment.label}
          </Answer>
          {payment.method === 'invoice' && (
            <Answer label="VAT number" change="payment" what="VAT number">
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
    </StepPage>
  )
}

function Answer({
  label,
  change,
  what,
  children,
}: {
  label: string
  change: string
  what: string
  children: ReactNode
}) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
      <dd className="change">
        <Link href={`/checkout/${change}`} prefetch={false}>
          Change<span className="visually-hidden"> {what}</span>
        </Link>
      </dd>
    </div>
  )
}
