'use client'
// Paying with the card that was given before: there is nothing to fill in.

import { FlowForm } from 'dogear/react'
import { useWords } from '../words.tsx'
import type { CheckoutStep } from './use-checkout.ts'

export function CardKept({ step }: { step: CheckoutStep }) {
  const { t } = useWords()
  return (
    <FlowForm flow={step.flow} step="payment" type="payment.kept" autosave={false} onReply={step.onReply}>
      <button type="submit" className="button">
        {t('Continue')}
      </button>
    </FlowForm>
  )
}
