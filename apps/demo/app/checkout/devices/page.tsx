// The devices that have the checkout open.

import type { Metadata } from 'next'
import { Devices } from '../../../components/devices/devices.tsx'
import { checkoutPages as pages } from '../../../flows/checkout/pages.ts'
import type { SearchParams } from '../../../lib/query.ts'
import { checkout as flow } from '../../../lib/server.ts'
import { sessionTitle } from '../../../lib/titles.ts'

export const generateMetadata = (): Promise<Metadata> => sessionTitle('Devices', { pages, flow })

export default function Page({ searchParams }: { searchParams: SearchParams }) {
  return <Devices pages={pages} flow={flow} searchParams={searchParams} />
}
