// The devices that have the checkout open.

import type { Metadata } from 'next'
import { Devices } from '../../../components/devices/devices.tsx'
import { checkoutPages } from '../../../flows/checkout/pages.ts'
import { sessionTitle } from '../../../lib/devices/titles.ts'
import { checkout } from '../../../lib/server.ts'

export const generateMetadata = (): Promise<Metadata> =>
  sessionTitle('Devices', { pages: checkoutPages, flow: checkout })

type DevicesPage = { searchParams: Promise<{ problem?: string | string[]; done?: string | string[] }> }

export default async function Page({ searchParams }: DevicesPage) {
  const { problem, done } = await searchParams
  return (
    <Devices
      pages={checkoutPages}
      flow={checkout}
      problem={typeof problem === 'string' ? problem : undefined}
      done={done !== undefined}
    />
  )
}
