'use client'
// The payment failed, or its result is unknown: the page says which, and leads back to payment.

import { FlowForm } from 'dogear/react'
import type { Text } from '../../words/words.ts'
import { useWords } from '../words.tsx'
import { CheckoutPage } from './checkout-page.tsx'
import { type CheckoutProps, useCheckout } from './use-checkout.ts'

const reasons = {
  card_declined: {
    text: ['Your card was declined. Your bank has not told us why. Nothing was charged.'],
    next: ['You can use another card, try this one again, or pay on invoice.'],
  },
  no_answer: {
    text: [
      'The payment provider did not answer, so we do not know whether your card was charged.',
      'The order is not placed.',
    ],
    next: [
      'If your bank shows a charge from us, do not pay again before you have spoken to us:',
      'it would be a second charge.',
      'If it shows none, you can choose again how to pay.',
    ],
  },
} satisfies Readonly<Record<string, Readonly<Record<'text' | 'next', readonly Text[]>>>>

export function DeclinedStep(props: CheckoutProps) {
  const { t, sentences } = useWords()
  const step = useCheckout(props)
  const { text, next } = reasons[step.view.context.declined ?? 'card_declined']
  return (
    <CheckoutPage step={step}>
      <p className="lede">{sentences(text)}</p>
      <p>
        {t('Your answers are saved.')} {sentences(next)}
      </p>
      <FlowForm flow={step.flow} step="declined" type="payment.retried" onReply={step.onReply}>
        <button type="submit" className="button">
          {t('Choose how to pay')}
        </button>
      </FlowForm>
    </CheckoutPage>
  )
}
