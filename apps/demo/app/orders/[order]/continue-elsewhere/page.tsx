// One of several orders, handed over to another device.

import type { Metadata } from 'next'
import { HandOver } from '../../../../components/devices/hand-over.tsx'
import { type OrderRoute, pagesOfOrder } from '../../../../lib/order-route.ts'
import { checkout as flow } from '../../../../lib/server.ts'
import { sessionTitle } from '../../../../lib/titles.ts'

export async function generateMetadata(route: OrderRoute): Promise<Metadata> {
  const pages = await pagesOfOrder(route)
  return sessionTitle(pages.handoffLabel, { pages, flow })
}

export default async function Page(route: OrderRoute) {
  return <HandOver pages={await pagesOfOrder(route)} flow={flow} />
}
