// One of several orders without a step.

import { CheckoutEntry } from '../../../components/checkout/checkout-entry.tsx'
import { type OrderRoute, pagesOfOrder } from '../../../lib/order-route.ts'

export default async function Page(route: OrderRoute) {
  return <CheckoutEntry pages={await pagesOfOrder(route)} searchParams={route.searchParams} />
}
