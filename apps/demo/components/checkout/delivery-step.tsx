'use client'
// Delivery: how fast, and what that costs.

import { deliveries, formatMoney } from '../../flows/checkout/cart.ts'
import { ChoiceField } from '../choice-field.tsx'
import { StepForm } from '../step-form.tsx'
import { CheckoutPage } from './checkout-page.tsx'
import { type CheckoutProps, useCheckout } from './use-checkout.ts'

const labels = { method: 'How should we deliver?' }

export function DeliveryStep(props: CheckoutProps) {
  const step = useCheckout(props)
  const { cart, delivery } = step.view.context
  const options = Object.fromEntries(
    Object.entries(deliveries).map(([method, { label, price, takes }]) => [
      method,
      { label, hint: `${formatMoney(price, cart.currency)}, ${takes}` },
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
