'use client'
// While the card is charged: nothing to do, safe to leave.

import { Waiting } from '../waiting.tsx'
import { useWords } from '../words.tsx'
import { CheckoutPage } from './checkout-page.tsx'
import { type CheckoutProps, useCheckout } from './use-checkout.ts'

export function PayingStep(props: CheckoutProps) {
  const { t } = useWords()
  const step = useCheckout(props)
  return (
    <CheckoutPage step={step}>
      <Waiting refresh={step.flow.refresh} />
      <p>
        {t('You can close this page and come back to it:')}{' '}
        {t('your card is charged once at most, and the result is shown here.')}
      </p>
    </CheckoutPage>
  )
}
