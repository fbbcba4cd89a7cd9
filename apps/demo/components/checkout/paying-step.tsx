'use client'
// While the card is charged: safe to leave, with nothing to do unless the bank asks.

import { Waiting } from '../waiting.tsx'
import { useWords } from '../words.tsx'
import { CheckoutPage } from './checkout-page.tsx'
import { type CheckoutProps, type CheckoutStep, useCheckout } from './use-checkout.ts'

export function PayingStep(props: CheckoutProps) {
  const { t } = useWords()
  const step = useCheckout(props)
  const { confirmUrl } = step.view.context
  return (
    <CheckoutPage step={step}>
      {confirmUrl === null ? <Waiting refresh={step.flow.refresh} /> : <ConfirmAtBank url={confirmUrl} step={step} />}
      <p>
        {t('You can close this page and come back to it:')}{' '}
        {t('your card is charged once at most, and the result is shown here.')}
      </p>
    </CheckoutPage>
  )
}

function ConfirmAtBank({ url, step }: { url: string; step: CheckoutStep }) {
  const { t, lang } = useWords()
  return (
    <>
      <p className="lede">
        {t('Your bank asks you to confirm this payment. You may do so in its app, or in another browser.')}
      </p>
      <div className="actions">
        <a className="button" href={inLanguage(url, lang)}>
          {t('Confirm the payment')}
        </a>
      </div>
      <Waiting refresh={step.flow.refresh} text="This page moves on by itself once you have." />
    </>
  )
}

/** The address of the provider's page in the language of this one, which the person may have chosen. */
function inLanguage(url: string, lang: string): string {
  const address = new URL(url)
  address.searchParams.set('lang', lang)
  return address.href
}
