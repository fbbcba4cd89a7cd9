'use client'
// Delivery: how fast, and what that costs.

import { deliveryMethods, deliveryPrices, formatMoney } from '../../flows/checkout/cart.ts'
import { ChoiceField } from '../application/choice-field.tsx'
import { StepForm } from '../step-form.tsx'
import { backTo, CheckoutPage } from './checkout-page.tsx'
import { deliveryWords } from './delivery-words.ts'
import { type CheckoutProps, useCheckout } from './use-checkout.ts'

const question = 'How should we deliver?'
const labels = { method: question }

export function DeliveryStep(props: CheckoutProps) {
  const step = useCheckout('delivery', props)
  const { cart, delivery, payment } = step.view.context
  const options = Object.fromEntries(
    deliveryMethods.map((method) => {
      const { label, takes } = deliveryWords[method]
      return [method, { label, hint: `${formatMoney(deliveryPrices[method], cart.currency)}, ${takes}` }]
    }),
  )
  return (
    <CheckoutPage title={question} step={step} back={backTo(delivery && payment ? 'review' : 'shipping')}>
      <StepForm step={step} type="delivery.submitted" answers={delivery} labels={labels}>
        {(field) => <ChoiceField {...field('method')} inHeading options={options} />}
      </StepForm>
    </CheckoutPage>
  )
}
