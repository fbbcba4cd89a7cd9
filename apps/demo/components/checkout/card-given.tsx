'use client'
// A card the provider has taken: its token is sent to our server.

import { FlowForm } from 'dogear/react'
import { useEffect, useRef } from 'react'
import { Ltr } from '../bidi.tsx'
import { useWords } from '../words.tsx'
import type { CheckoutStep } from './use-checkout.ts'

export type Card = { token: string; last4: string | undefined }

type CardGivenProps = {
  card: Card
  step: CheckoutStep
  /** True to send it at once: the card was given on this page, not before a return to it. */
  atOnce: boolean
  onAnother: () => void
}

/** Without JavaScript the card is handed on by one more button. */
export function CardGiven({ card, step, atOnce, onAnother }: CardGivenProps) {
  const { t, rich } = useWords()
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => {
    if (atOnce) form.current?.requestSubmit()
  }, [atOnce])
  return (
    <FlowForm
      ref={form}
      className="fields"
      flow={step.flow}
      step="payment"
      type="payment.submitted"
      autosave={false}
      onReply={step.onReply}
    >
      <input type="hidden" name="method" value="card" />
      <input type="hidden" name="cardToken" value={card.token} data-secret="" />
      <input type="hidden" name="last4" value={card.last4 ?? ''} />
      <p>
        {card.last4
          ? rich('The payment provider has taken your card ending {last4}.', { last4: <Ltr>{card.last4}</Ltr> })
          : t('The payment provider has taken your card.')}
      </p>
      <div className="actions">
        <button type="submit" className="button">
          {t('Continue')}
        </button>
        <a
          href={step.urlOf('payment')}
          onClick={(event) => {
            event.preventDefault()
            onAnother()
          }}
        >
          {t('Use another card')}
        </a>
      </div>
    </FlowForm>
  )
}
