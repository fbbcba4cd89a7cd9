// The devices that have one of several orders open.

import type { Metadata } from 'next'
import { Devices } from '../../../../components/devices/devices.tsx'
import { type OrderRoute, pagesOfOrder } from '../../../../lib/order-route.ts'
import { checkout as flow } from '../../../../lib/server.ts'
import { sessionTitle } from '../../../../lib/titles.ts'

export const generateMetadata = async (route: OrderRoute): Promise<Metadata> =>
  sessionTitle('Devices', { pages: await pagesOfOrder(route), flow })

export default async function Page(route: OrderRoute) {
  return <Devices pages={await pagesOfOrder(route)} flow={flow} searchParams={route.searchParams} />
}
