// The devices that have one of several orders open.

import type { Metadata } from 'next'
import { Devices } from '../../../../components/devices/devices.tsx'
import { localPath } from '../../../../lib/local-path.ts'
import { type OrderRoute, pagesOfOrder } from '../../../../lib/order-route.ts'
import { readQuery } from '../../../../lib/query.ts'
import { checkout as flow } from '../../../../lib/server.ts'
import { sessionTitle } from '../../../../lib/titles.ts'

export const generateMetadata = async (route: OrderRoute): Promise<Metadata> =>
  sessionTitle('Devices', { pages: await pagesOfOrder(route), flow })

export default async function Page(route: OrderRoute) {
  const pages = await pagesOfOrder(route)
  const one = await readQuery(route.searchParams)
  const askedFor = one('asked') === undefined ? undefined : localPath(one('next'), pages.base)
  return (
    <Devices pages={pages} flow={flow} problem={one('problem')} done={one('done') !== undefined} askedFor={askedFor} />
  )
}
