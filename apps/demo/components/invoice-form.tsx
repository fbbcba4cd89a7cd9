'use client'
// Paying on invoice: the company it is made out to.

import { FlowForm } from 'dogear/react'
import { TextField } from './field.tsx'
import type { useStep } from './use-step.ts'

export function InvoiceForm({ step }: { step: ReturnType<typeof useStep> }) {
  const { flow, errors, typed, form, onReply } = step
  const { payment } = form.shown.context
  const saved = payment?.method === 'invoice' ? payment : undefined
  const answers = typed?.method === 'invoice' ? typed : saved
  return (
    <FlowForm
      key={form.key}
      className="fields"
      flow={flow}
      step="payment"
      type="payment.submitted"
      onInput={form.onInput}
      onReply={onReply}
    >
      <input type="hidden" name="method" value="invoice" />
      <TextField
        id="company"
        label="Company name"
        autoComplete="organization"
        defaultValue={answers?.company ?? ''}
        error={errors.company}
      />
      <TextField
        id="vatId"
        label="VAT number (optional)"
        className="width-medium"
        spellCheck={false}
        defaultValue={answers?.vatId ?? ''}
        error={errors.vatId}
      />
      <div>
        <button type="submit" className="button">
          Continue
        </button>
      </div>
    </FlowForm>
  )
}
