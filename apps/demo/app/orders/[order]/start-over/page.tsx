// The question before one of several orders is started over.

import type { Metadata } from 'next'
import { StartOverPage } from '../../../../components/start-over-page.tsx'
import { type OrderRoute, pagesOfOrder } from '../../../../lib/order-route.ts'
import { checkout as flow } from '../../../../lib/server.ts'
import { sessionTitle, startOverTitle } from '../../../../lib/titles.ts'

export async function generateMetadata(route: OrderRoute): Promise<Metadata> {
  const pages = await pagesOfOrder(route)
  return sessionTitle((view, t) => startOverTitle(t, pages, view), { pages, flow })
}

export default async function Page(route: OrderRoute) {
  return <StartOverPage pages={await pagesOfOrder(route)} flow={flow} />
}
