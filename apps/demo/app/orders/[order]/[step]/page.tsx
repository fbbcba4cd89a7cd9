// The page of a step of one of several orders.

import type { Metadata } from 'next'
import { CheckoutStep, stepMetadata } from '../../../../components/checkout/checkout-step.tsx'
import { type OrderRoute, pagesOfOrder } from '../../../../lib/order-route.ts'

type Route = OrderRoute<{ step: string }>

export const generateMetadata = async (route: Route): Promise<Metadata> =>
  stepMetadata(await pagesOfOrder(route), route)

export default async function Page(route: Route) {
  return <CheckoutStep pages={await pagesOfOrder(route)} {...route} />
}
