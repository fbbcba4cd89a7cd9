'use client'
// The payment failed, or its result is unknown: the page says which, and leads back to payment.

import { FlowForm } from 'dogear/react'
import { CheckoutPage } from './checkout-page.tsx'
import { type CheckoutProps, useCheckout } from './use-checkout.ts'

const reasons = {
  card_declined: {
    title: 'Your card was declined',
    text: 'Your bank did not approve this payment and has not told us why. Nothing was charged.',
    next: 'You can use another card, try this one again, or pay on invoice.',
  },
  no_answer: {
    title: 'We could not confirm your payment',
    text: [
      'The payment provider did not answer, so we do not know whether your card was charged.',
      'The order is not placed.',
    ].join(' '),
    next: [
      'If your bank shows a charge from us, do not pay again before you have spoken to us:',
      'it would be a second charge.',
      'If it shows none, you can choose again how to pay.',
    ].join(' '),
  },
}

export function DeclinedStep(props: CheckoutProps) {
  const step = useCheckout(props)
  const { title, text, next } = reasons[step.view.context.declined ?? 'card_declined']
  return (
    <CheckoutPage title={title} step={step}>
      <p className="lede">{text}</p>
      <p>Your basket and your delivery details are kept. {next}</p>
      <FlowForm flow={step.flow} step="declined" type="payment.retried" onReply={step.onReply}>
        <button type="submit" className="button">
          Choose how to pay
        </button>
      </FlowForm>
    </CheckoutPage>
  )
}
