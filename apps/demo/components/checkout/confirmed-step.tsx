'use client'
// The order is placed: its reference, and what happens next. The page can be bookmarked.

import { Code, Ltr } from '../bidi.tsx'
import { StartOverLink } from '../start-over.tsx'
import { useWords } from '../words.tsx'
import { CheckoutPage } from './checkout-page.tsx'
import { type CheckoutProps, useCheckout } from './use-checkout.ts'

export function ConfirmedStep(props: CheckoutProps) {
  const { t, rich } = useWords()
  const step = useCheckout(props)
  const { reference, shipping, payment } = step.view.context
  return (
    <CheckoutPage step={step}>
      <p className="lede">{t('Thank you. We have your order.')}</p>
      <div className="reference sheet">
        <p>{t('Your order reference')}</p>
        <p>
          <Code>{reference}</Code>
        </p>
      </div>
      <section className="stack" aria-labelledby="next-title">
        <h2 id="next-title">{t('What happens next')}</h2>
        <p>
          {rich(
            'We pack your books within two working days and write to {email} when they are on their way to {city}.',
            {
              email: <Ltr>{shipping?.email}</Ltr>,
              city: <bdi>{shipping?.city}</bdi>,
            },
          )}
        </p>
        {payment?.method === 'invoice' ? (
          <p>
            {rich('The invoice for {company} is in the parcel. It is due 30 days after delivery.', {
              company: <bdi>{payment.company}</bdi>,
            })}
          </p>
        ) : (
          <p>{t('Your payment has been taken. There is nothing left for you to do.')}</p>
        )}
        <p>{t('You can come back to this page at this address, in this browser.')}</p>
      </section>
      <StartOverLink pages={step.pages} label="Start a new order" />
    </CheckoutPage>
  )
}
