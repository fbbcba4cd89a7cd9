'use client'

// The address in version 1, with the name in one field.

import { AddressFields, addressLabels } from '../address-fields.tsx'
import { TextField } from '../field.tsx'
import { StepForm } from '../step-form.tsx'
import { CheckoutPage } from './checkout-page.tsx'
import type { CheckoutProps } from './use-checkout.ts'
import { useCheckout1 } from './use-checkout-1.ts'

const labels = {
  name: 'Full name',
  ...addressLabels,
  email: 'Email address',
} as const

export function ShippingStep(props: CheckoutProps) {
  const { step, context } = useCheckout1(props)
  const { shipping } = context
  return (
    <CheckoutPage step={step} labels={labels}>
      <StepForm step={step} type="shipping.submitted" answers={shipping} labels={labels}>
        {(field) => (
          <>
            <TextField {...field('name')} autoComplete="name" />
            <AddressFields field={field} />
            <TextField
              {...field('email')}
              hint="Only for news about this order"
              type="email"
              inputMode="email"
              autoComplete="email"
              spellCheck={false}
            />
          </>
        )}
      </StepForm>
    </CheckoutPage>
  )
}
