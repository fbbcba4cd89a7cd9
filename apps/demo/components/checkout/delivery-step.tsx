'use client'
// Delivery: how fast, and what that costs.

import { deliveries, formatMoney } from '../../flows/checkout/cart.ts'
import { ChoiceField } from '../choice-field.tsx'
import { StepForm } from '../step-form.tsx'
import { backTo, CheckoutPage } from './checkout-page.tsx'
import { type CheckoutProps, useCheckout } from './use-checkout.ts'

const question = 'How should we deliver?'
const labels = { method: question }

export function DeliveryStep(props: CheckoutProps) {
  const step = useCheckout(props)
  const { cart, delivery, payment } = step.view.context
  const options = Object.fromEntries(
    Object.entries(deliveries).map(([method, { label, price, takes }]) => [
      method,
      { label, hint: `${formatMoney(price, cart.currency)}, ${takes}` },
    ]),
  )
  return (
    <CheckoutPage title={question} step={step} back={backTo(delivery && payment ? 'review' : 'shipping')}>
      <StepForm step={step} type="delivery.submitted" answers={delivery} labels={labels}>
        {(field) => <ChoiceField {...field('method')} inHeading options={options} />}
      </StepForm>
    </CheckoutPage>
  )
}
