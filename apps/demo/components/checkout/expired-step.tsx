'use client'
// The price hold is over: what is kept, and how to begin again.

import { FlowForm } from 'dogear/react'
import { useWords } from '../words.tsx'
import { CheckoutPage } from './checkout-page.tsx'
import { type CheckoutProps, useCheckout } from './use-checkout.ts'

export function ExpiredStep(props: CheckoutProps) {
  const { t } = useWords()
  const step = useCheckout(props)
  return (
    <CheckoutPage step={step}>
      <p className="lede">{t('The time for which we hold prices is over. Nothing was ordered or charged.')}</p>
      <p>{t('Your address and your delivery are saved. Check them, then choose how to pay.')}</p>
      <FlowForm flow={step.flow} step="expired" type="cart.restarted" onReply={step.onReply}>
        <button type="submit" className="button">
          {t('Begin again')}
        </button>
      </FlowForm>
    </CheckoutPage>
  )
}
