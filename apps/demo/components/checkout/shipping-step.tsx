'use client'
// The address: who gets the order, and where.

import { AddressFields, addressLabels } from '../address-fields.tsx'
import { TextField } from '../field.tsx'
import { StepForm } from '../step-form.tsx'
import { useWords } from '../words.tsx'
import { CheckoutPage } from './checkout-page.tsx'
import { type CheckoutProps, useCheckout } from './use-checkout.ts'

const labels = { givenName: 'First name', familyName: 'Last name', ...addressLabels, email: 'Email address' } as const

export function ShippingStep(props: CheckoutProps) {
  const { t } = useWords()
  const step = useCheckout(props)
  const { shipping, knownEmail } = step.view.context
  const answers = shipping ?? (knownEmail === null ? null : { email: knownEmail })
  return (
    <CheckoutPage step={step} labels={labels}>
      <StepForm step={step} type="shipping.submitted" answers={answers} labels={labels}>
        {(field) => (
          <>
            <TextField {...field('givenName')} autoComplete="given-name" />
            <TextField {...field('familyName')} autoComplete="family-name" />
            <AddressFields field={field} />
            <TextField
              {...field('email')}
              hint={t('We write to it only about this order')}
              type="email"
              inputMode="email"
              dir="ltr"
              autoComplete="email"
              spellCheck={false}
            />
          </>
        )}
      </StepForm>
    </CheckoutPage>
  )
}
