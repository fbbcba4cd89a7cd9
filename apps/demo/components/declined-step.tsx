'use client'
// The card was not charged: say so kindly, and lead back to payment.

import { FlowForm } from 'dogear/react'
import { StepPage } from './step-page.tsx'
import { type StepProps, useStep } from './use-step.ts'

const reasons = {
  card_declined: {
    title: 'Your card was declined',
    text: 'Your bank did not approve this payment and has not told us why. Nothing was charged.',
  },
  no_answer: {
    title: 'The payment did not go through',
    text: 'We got no answer from the payment provider, so your order is not placed. If you see a charge at your bank, please do not pay again before you have spoken to us.',
  },
}

export function DeclinedStep(props: StepProps) {
  const step = useStep('declined', props)
  const { title, text } = reasons[step.view.context.declined ?? 'card_declined']
  return (
    <StepPage path="declined" title={title} now={props.now} step={step}>
      <p className="lede">{text}</p>
      <p>
        Your order and your delivery details are kept. You can use another card, try this one again, or pay on invoice.
      </p>
      <FlowForm flow={step.flow} step="declined" type="payment.retried" onReply={step.onReply}>
        <button type="submit" className="button">
          Choose how to pay
        </button>
      </FlowForm>
    </StepPage>
  )
}
