'use client'
// Paying by card: the number goes from this browser to the provider and never to our server; only its token does.

import { type SubmitEvent, useEffect, useState } from 'react'
import { Code } from '../bidi.tsx'
import { TextField } from '../field.tsx'
import { useWords } from '../words.tsx'
import type { Card } from './card-given.tsx'
import { cardRefusal, formatCardNumber, requestToken, testCards } from './card-number.ts'
import type { CheckoutStep } from './use-checkout.ts'

type CardFormProps = {
  step: CheckoutStep
  provider: { tokensUrl: string; returnTo: string }
  onCard: (card: Card) => void
}

/** Without JavaScript a plain form of the provider, which leads back here with a token. */
export function CardForm({ step, provider, onCard }: CardFormProps) {
  const { t, any } = useWords()
  const [ready, setReady] = useState(false)
  const [busy, setBusy] = useState(false)
  const { refuse, errors } = step
  useEffect(() => setReady(true), [])

  async function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault()
    if (busy) return
    const number = event.currentTarget.querySelector<HTMLInputElement>('#cardNumber')?.value ?? ''
    setBusy(true)
    const result = await requestToken(provider.tokensUrl, number)
    setBusy(false)
    if ('token' in result) onCard(result)
    else refuse(cardRefusal(result.problem))
  }

  return (
    <form className="fields" method="post" action={provider.tokensUrl} noValidate aria-busy={busy} onSubmit={submit}>
      <TextField
        id="cardNumber"
        // Named only for the provider's own form: with JavaScript there is nothing a browser could send along.
        name={ready ? undefined : 'cardNumber'}
        label={t('Card number')}
        hint={t('It goes straight to the payment provider; this shop never sees it')}
        className="width-medium"
        inputMode="numeric"
        dir="ltr"
        autoComplete="cc-number"
        spellCheck={false}
        error={errors.cardNumber && any(errors.cardNumber)}
        onInput={(event) => formatCardNumber(event.currentTarget)}
      />
      {!ready && <input type="hidden" name="return_to" value={provider.returnTo} />}
      <details className="quiet-details">
        <summary>{t('Test cards for this demonstration')}</summary>
        <dl>
          {testCards.map(([number, what]) => (
            <div key={number}>
              <dt>
                <Code>{number}</Code>
              </dt>
              <dd>{t(what)}</dd>
            </div>
          ))}
        </dl>
      </details>
      <div>
        <button type="submit" className="button">
          {t('Continue')}
        </button>
      </div>
    </form>
  )
}
