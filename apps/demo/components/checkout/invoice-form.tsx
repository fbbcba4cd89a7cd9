'use client'
// Paying on invoice: the company it is made out to.

import { TextField } from '../field.tsx'
import { StepForm } from '../step-form.tsx'
import type { CheckoutStep } from './use-checkout.ts'

export const invoiceLabels = { company: 'Company name', vatId: 'VAT number (optional)' } as const

export function InvoiceForm({ step }: { step: CheckoutStep }) {
  const { payment } = step.view.context
  const answers = payment?.method === 'invoice' ? payment : null
  return (
    <StepForm step={step} type="payment.submitted" answers={answers} labels={invoiceLabels}>
      {(field) => (
        <>
          <input type="hidden" name="method" value="invoice" />
          <TextField {...field('company')} autoComplete="organization" />
          <TextField {...field('vatId')} dir="ltr" className="width-medium" spellCheck={false} />
        </>
      )}
    </StepForm>
  )
}
