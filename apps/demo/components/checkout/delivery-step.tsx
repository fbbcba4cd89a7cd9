'use client'
// Delivery: how fast, and what that costs.

import { deliveries, formatMoney } from '../../flows/checkout/cart.ts'
import { ChoiceField } from '../choice-field.tsx'
import { StepForm } from '../step-form.tsx'
import { useWords } from '../words.tsx'
import { CheckoutPage } from './checkout-page.tsx'
import { type CheckoutProps, useCheckout } from './use-checkout.ts'

const labels = { method: 'How should we deliver?' } as const

export function DeliveryStep(props: CheckoutProps) {
  const { t, locale } = useWords()
  const step = useCheckout(props)
  const { cart, delivery } = step.view.context
  const options = Object.fromEntries(
    Object.entries(deliveries).map(([method, { label, price, takes }]) => [
      method,
      { label: t(label), hint: `${formatMoney(price, cart.currency, locale)}${t(', ')}${t(takes)}` },
    ]),
  )
  return (
    <CheckoutPage step={step}>
      <StepForm step={step} type="delivery.submitted" answers={delivery} labels={labels}>
        {(field) => <ChoiceField {...field('method')} options={options} />}
      </StepForm>
    </CheckoutPage>
  )
}
