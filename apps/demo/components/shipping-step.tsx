'use client'
// Delivery: who gets the order, and where.

import { FlowForm } from 'dogear/react'
import { countries } from '../flows/countries.ts'
import { SelectField, TextField } from './field.tsx'
import { StepPage } from './step-page.tsx'
import { type StepProps, useStep } from './use-step.ts'

export function ShippingStep(props: StepProps) {
  const step = useStep('shipping', props)
  const { flow, view, errors, typed, form, onReply } = step
  const answers: Readonly<Record<string, string | undefined>> = typed ?? form.shown.context.shipping ?? {}
  const field = (id: string) => ({ id, defaultValue: answers[id] ?? '', error: errors[id] })
  const answered = view.context.payment !== null
  return (
    <StepPage
      path="shipping"
      title="Where should we deliver?"
      now={props.now}
      step={step}
      back={answered ? { href: '/checkout/review', label: 'Back' } : { href: '/', label: 'Back' }}
    >
      <FlowForm
        key={form.key}
        className="fields"
        flow={flow}
        step="shipping"
        type="shipping.submitted"
        onInput={form.onInput}
        onReply={onReply}
      >
        <TextField {...field('name')} label="Full name" autoComplete="name" />
        <TextField {...field('line1')} label="Address line 1" autoComplete="address-line1" />
        <TextField {...field('line2')} label="Address line 2 (optional)" autoComplete="address-line2" />
        <TextField {...field('city')} label="Town or city" autoComplete="address-level2" className="width-medium" />
        <TextField {...field('postcode')} label="Postcode" autoComplete="postal-code" className="width-short" />
        <SelectField {...field('country')} label="Country" autoComplete="country" className="width-medium">
          <option value="">Choose a country</option>
          {Object.entries(countries).map(([code, name]) => (
            <option key={code} value={code}>
              {name}
            </option>
          ))}
        </SelectField>
        <TextField
          {...field('email')}
          label="Email address"
          hint="Only for news about this order"
          type="email"
          inputMode="email"
          autoComplete="email"
          spellCheck={false}
        />
        <div>
          <button type="submit" className="button">
            Continue
          </button>
        </div>
      </FlowForm>
    </StepPage>
  )
}
