// What is in the order and what it costs: beside the page where there is room, folded on top of it where there is not.

import { type Cart, formatMoney } from '../flows/cart.ts'

export function OrderBeside({ cart }: { cart: Cart }) {
  return (
    <aside className="only-wide sheet dogear" aria-labelledby="order-title">
      <h2 id="order-title">Your order</h2>
      <OrderLines cart={cart} />
    </aside>
  )
}

export function OrderOnTop({ cart }: { cart: Cart }) {
  return (
    <details className="only-narrow order-glance sheet">
      <summary>
        Your order <span className="amount">{formatMoney(cart.total, cart.currency)}</span>
      </summary>
      <OrderLines cart={cart} />
    </details>
  )
}

export function OrderLines({ cart: { lines, delivery, total, currency } }: { cart: Cart }) {
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
          <dt>Delivery</dt>
          <dd className="amount">{formatMoney(delivery, currency)}</dd>
        </div>
        <div>
          <dt>Total</dt>
          <dd className="amount">{formatMoney(total, currency)}</dd>
        </div>
      </dl>
    </>
  )
}
