'use client'

// Delivery as version 1 asked for it: the name in one field.

import { countries } from '../../flows/countries.ts'
import { SelectField, TextField } from '../field.tsx'
import { StepForm } from '../step-form.tsx'
import { CheckoutPage } from './checkout-page.tsx'
import type { CheckoutProps } from './use-checkout.ts'
import { useCheckout1 } from './use-checkout-1.ts'

const labels = {
  name: 'Full name',
  line1: 'Address line 1',
  line2: 'Address line 2 (optional)',
  city: 'Town or city',
  postcode: 'Postcode',
  country: 'Country',
  email: 'Email address',
}

export function ShippingStep(props: CheckoutProps) {
  const { step, context } = useCheckout1('shipping', props)
  const { shipping, payment } = context
  return (
    <CheckoutPage
      title="Where should we deliver?"
      step={step}
      back={{ href: payment ? '/checkout/review' : '/', label: 'Back' }}
    >
      <StepForm step={step} type="shipping.submitted" answers={shipping} labels={labels}>
        {(field) => (
          <>
            <TextField {...field('name')} autoComplete="name" />
            <TextField {...field('line1')} autoComplete="address-line1" />
            <TextField {...field('line2')} autoComplete="address-line2" />
            <TextField {...field('city')} autoComplete="address-level2" className="width-medium" />
            <TextField {...field('postcode')} autoComplete="postal-code" className="width-short" />
            <SelectField {...field('country')} autoComplete="country" className="width-medium">
              <option value="">Choose a country</option>
              {Object.entries(countries).map(([code, name]) => (
                <option key={code} value={code}>
                  {name}
                </option>
              ))}
            </SelectField>
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
