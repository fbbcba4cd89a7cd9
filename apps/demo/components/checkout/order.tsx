'use client'
// The lines of the order and their prices: beside the page where there is room, else folded on top of it.

import { type Cart, deliveries, formatMoney } from '../../flows/checkout/cart.ts'
import type { Delivery } from '../../flows/checkout/events.ts'
import { useWords } from '../words.tsx'

/** Without a method of delivery the price is that of the standard one. */
type Order = { cart: Cart; delivery?: Delivery | null | undefined }

export function OrderBeside(order: Order) {
  const { t } = useWords()
  return (
    <aside className="only-wide sheet dogear" aria-labelledby="order-title">
      <h2 id="order-title">{t('Your order')}</h2>
      <OrderLines {...order} />
    </aside>
  )
}

export function OrderOnTop(order: Order) {
  const { t, locale } = useWords()
  const { cart } = order
  return (
    <details className="only-narrow order-glance sheet">
      <summary>
        {t('Your order')} <span className="amount">{formatMoney(cart.total, cart.currency, locale)}</span>
      </summary>
      <OrderLines {...order} />
    </details>
  )
}

export function OrderLines({ cart, delivery }: Order) {
  const { t, any, locale } = useWords()
  const { lines, total, currency } = cart
  return (
    <>
      <ul className="order-lines">
        {lines.map(({ id, title, detail, quantity, amount }) => (
          <li key={id}>
            <span>
              <bdi className="title" lang="en">
                {title}
              </bdi>
              <span className="hint">
                {any(detail)}
                {quantity > 1 && ` × ${quantity}`}
              </span>
            </span>
            <span className="amount">{formatMoney(amount * quantity, currency, locale)}</span>
          </li>
        ))}
      </ul>
      <dl className="order-sums">
        <div>
          <dt>{delivery ? t(`${deliveries[delivery.method].label} delivery`) : t('Delivery')}</dt>
          <dd className="amount">{formatMoney(cart.delivery, currency, locale)}</dd>
        </div>
        <div>
          <dt>{t('Total')}</dt>
          <dd className="amount">{formatMoney(total, currency, locale)}</dd>
        </div>
      </dl>
    </>
  )
}
