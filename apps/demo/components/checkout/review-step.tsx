'use client'
// The review: every answer with a link to change it, and the button that orders.

import { FlowForm } from 'dogear/react'
import { deliveries, formatMoney } from '../../flows/checkout/cart.ts'
import { countries } from '../../flows/countries.ts'
import { cardLabel } from '../../lib/words.ts'
import { Answer, Lines } from '../answer.tsx'
import { Ltr } from '../bidi.tsx'
import { useWords } from '../words.tsx'
import { CheckoutPage } from './checkout-page.tsx'
import { OrderLines } from './order.tsx'
import { type CheckoutProps, useCheckout } from './use-checkout.ts'

export function ReviewStep(props: CheckoutProps) {
  const words = useWords()
  const { t, locale } = words
  const step = useCheckout(props)
  const { flow, view, onReply, urlOf } = step
  const { cart, shipping, delivery, payment } = view.context
  // The answers are gone with the session. The frame says where it went.
  if (view.gone) return <CheckoutPage step={step}>{null}</CheckoutPage>
  if (!shipping || !delivery || !payment) return null
  const total = formatMoney(cart.total, cart.currency, locale)
  const address = [shipping.line1, shipping.line2, shipping.city, shipping.postcode, t(countries[shipping.country])]
  return (
    <CheckoutPage step={step}>
      <section aria-labelledby="delivery-title">
        <h2 id="delivery-title" className="section-head">
          {t('Delivery')}
        </h2>
        <dl className="answers">
          <Answer label={t('Name')} href={urlOf('shipping')} what={t('name')}>
            <bdi>{`${shipping.givenName} ${shipping.familyName}`.trim()}</bdi>
          </Answer>
          <Answer label={t('Address')} href={urlOf('shipping')} what={t('address')}>
            <Lines of={address} />
          </Answer>
          <Answer label={t('Email address')} href={urlOf('shipping')} what={t('email address')}>
            <Ltr>{shipping.email}</Ltr>
          </Answer>
          <Answer label={t('Delivery method')} href={urlOf('delivery')} what={t('delivery method')}>
            {t(deliveries[delivery.method].label)}
            {t(', ')}
            {formatMoney(cart.delivery, cart.currency, locale)}
          </Answer>
        </dl>
      </section>
      <section aria-labelledby="payment-title">
        <h2 id="payment-title" className="section-head">
          {t('Payment')}
        </h2>
        <dl className="answers">
          <Answer label={t('Method')} href={urlOf('payment')} what={t('payment method')}>
            {payment.method === 'card'
              ? cardLabel(payment.label, words)
              : t('Invoice to {company}', { company: payment.company })}
          </Answer>
          {payment.method === 'invoice' && (
            <Answer label={t('VAT number')} href={urlOf('payment')} what={t('VAT number')}>
              {payment.vatId ? <Ltr>{payment.vatId}</Ltr> : t('Not provided')}
            </Answer>
          )}
        </dl>
      </section>
      <section className="only-narrow" aria-labelledby="items-title">
        <h2 id="items-title">{t('Items')}</h2>
        <OrderLines cart={cart} delivery={delivery} />
      </section>
      <FlowForm flow={flow} step="review" type="order.placed" onReply={onReply}>
        <button type="submit" className="button">
          {payment.method === 'card' ? t('Pay {total}', { total }) : t('Place order for {total}', { total })}
        </button>
      </FlowForm>
    </CheckoutPage>
  )
}
