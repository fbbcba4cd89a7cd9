'use client'
// Payment: by card, which goes to the provider, or on invoice. The choice works without JavaScript.

import { draftOf } from 'dogear/client'
import { FlowForm } from 'dogear/react'
import { useState } from 'react'
import { cardLabel } from '../../lib/words.ts'
import type { Words } from '../../words/words.ts'
import { Choice } from '../choice-field.tsx'
import { useWords } from '../words.tsx'
import { CardForm } from './card-form.tsx'
import { type Card, CardGiven } from './card-given.tsx'
import { CardKept } from './card-kept.tsx'
import { cardRefusal } from './card-number.ts'
import { CheckoutPage } from './checkout-page.tsx'
import { InvoiceForm, invoiceLabels } from './invoice-form.tsx'
import { type CheckoutProps, useCheckout } from './use-checkout.ts'

export type PaymentStepProps = CheckoutProps & {
  /** Where the provider trades card numbers for tokens, and where its form leads back to. */
  provider: { tokensUrl: string; returnTo: string }
  /** The card that the provider's own form came back with. */
  card: Card | undefined
  cardError: string | undefined
}

export function PaymentStep({ provider, card: givenCard, cardError, ...props }: PaymentStepProps) {
  const words = useWords()
  const { t } = words
  const step = useCheckout(props, cardError ? cardRefusal(cardError) : null)
  const [card, setCard] = useState(givenCard)
  const { payment } = step.view.context
  const kept = payment?.method === 'card' ? payment : undefined
  const draft = draftOf(step.view, step.id ?? '', 'payment.submitted')?.values
  const typed = draft?.way ?? draft?.method
  const method = card || cardError ? 'card' : (typed ?? (kept ? 'kept' : (payment?.method ?? 'card')))
  return (
    <CheckoutPage step={step} labels={invoiceLabels}>
      <div className="way fields fill">
        {/* A form of its own, so that the choice is kept as any answer is. It is sent with the rest. */}
        <FlowForm {...step.form('payment.submitted')} className="fill" onSubmit={(event) => event.preventDefault()}>
          <fieldset className="choices">
            <legend className="legend">{t('How do you want to pay?')}</legend>
            {waysToPay(kept && cardLabel(kept.label, words), words).map(({ value, label, hint }) => (
              <Choice
                key={value}
                id={`method-${value}`}
                name="way"
                value={value}
                label={label}
                hint={hint}
                defaultChecked={method === value}
                onChange={() => step.refuse(null)}
              />
            ))}
          </fieldset>
        </FlowForm>
        {kept && (
          <section className="way-kept" aria-label={cardLabel(kept.label, words)}>
            <CardKept step={step} />
          </section>
        )}
        <section className="way-card" aria-label={t('Card')}>
          {card ? (
            <CardGiven card={card} step={step} atOnce={card !== givenCard} onAnother={() => setCard(undefined)} />
          ) : (
            <CardForm step={step} provider={provider} onCard={setCard} />
          )}
        </section>
        <section className="way-invoice" aria-label={t('Invoice')}>
          <InvoiceForm step={step} />
        </section>
      </div>
    </CheckoutPage>
  )
}

/** The ways to pay; `kept` is the label of the card that was given before. */
function waysToPay(kept: string | undefined, { t }: Words) {
  return [
    ...(kept === undefined ? [] : [{ value: 'kept', label: kept, hint: t('You gave us this card before') }]),
    { value: 'card', label: kept === undefined ? t('Card') : t('Another card'), hint: t('Credit or debit card') },
    { value: 'invoice', label: t('Invoice'), hint: t('For companies, due in 30 days') },
  ]
}
