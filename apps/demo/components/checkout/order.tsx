// The lines of the order and their prices: beside the page where there is room, else folded on top of it.

import { type Cart, deliveries, formatMoney } from '../../flows/checkout/cart.ts'
import type { Delivery } from '../../flows/checkout/events.ts'

/** Without a method of delivery the price is that of the standard one. */
type Order = { cart: Cart; delivery?: Delivery | null | undefined }

export function OrderBeside(order: Order) {
  return (
    <aside className="only-wide sheet dogear" aria-labelledby="order-title">
      <h2 id="order-title">Your order</h2>
      <OrderLines {...order} />
    </aside>
  )
}

export function OrderOnTop(order: Order) {
  const { cart } = order
  return (
    <details className="only-narrow order-glance sheet">
      <summary>
        Your order <span className="amount">{formatMoney(cart.total, cart.currency)}</span>
      </summary>
      <OrderLines {...order} />
    </details>
  )
}

export function OrderLines({ cart, delivery }: Order) {
  const { lines, total, currency } = cart
  return (
    <>
      <ul className="order-lines">
        {lines.map(({ id, title, detail, quantity, amount }) => (
          <li key={id}>
            <span>
              <span className="title">{title}</span>
              <span className="hint">
                {detail}
                {quantity > 1 && ` × ${quantity}`}
              </span>
            </span>
            <span className="amount">{formatMoney(amount * quantity, currency)}</span>
          </li>
        ))}
      </ul>
      <dl className="order-sums">
        <div>
          <dt>{delivery ? `${deliveries[delivery.method].label} delivery` : 'Delivery'}</dt>
          <dd className="amount">{formatMoney(cart.delivery, currency)}</dd>
        </div>
        <div>
          <dt>Total</dt>
          <dd className="amount">{formatMoney(total, currency)}</dd>
        </div>
      </dl>
    </>
  )
}
