// The order of the demo: what is in it and what it costs, in minor units. Prices are the server's, never the browser's.

import { z } from 'zod'

const Line = z.object({ id: z.string(), title: z.string(), detail: z.string(), quantity: z.int(), amount: z.int() })

export const Cart = z.object({ currency: z.string(), lines: z.array(Line), delivery: z.int(), total: z.int() })
export type Cart = z.infer<typeof Cart>

const lines = [
  { id: 'quiet-atlas', title: 'The Quiet Atlas', detail: 'Hardback', quantity: 1, amount: 24_00 },
  { id: 'small-walks', title: 'A Year of Small Walks', detail: 'Paperback', quantity: 1, amount: 14_55 },
]

/** The methods of delivery: their prices, and the words a person knows them by. */
export const deliveries = {
  standard: { price: 3_95, label: 'Standard', takes: 'three to five working days' },
  express: { price: 8_95, label: 'Express', takes: 'the next working day' },
} as const
export type DeliveryMethod = keyof typeof deliveries
export const deliveryMethods = ['standard', 'express'] as const satisfies readonly DeliveryMethod[]

/** The cart with the price of a method of delivery. */
export function deliveredBy(method: DeliveryMethod, cart: Pick<Cart, 'currency' | 'lines'>): Cart {
  const delivery = deliveries[method].price
  const total = cart.lines.reduce<number>((sum, line) => sum + line.quantity * line.amount, delivery)
  return { currency: cart.currency, lines: cart.lines, delivery, total }
}

export const demoCart: Cart = deliveredBy('standard', { currency: 'GBP', lines })

/** An amount in minor units as people read it: `£42.50`. */
export function formatMoney(amount: number, currency: string, locale = 'en-GB'): string {
  // The Arabic sign of the pound is UK£, whose parts a line from right to left tears apart.
  const currencyDisplay = locale.startsWith('ar') ? 'code' : 'narrowSymbol'
  return new Intl.NumberFormat(locale, { style: 'currency', currency, currencyDisplay }).format(amount / 100)
}
