// The checkout, handed to another device.

import type { Metadata } from 'next'
import { HandOver } from '../../../components/devices/hand-over.tsx'
import { checkoutPages } from '../../../flows/checkout/pages.ts'
import { sessionTitle } from '../../../lib/devices/titles.ts'
import { checkout } from '../../../lib/server.ts'

export const generateMetadata = (): Promise<Metadata> =>
  sessionTitle(checkoutPages.handoffLabel, { pages: checkoutPages, flow: checkout })

export default function Page() {
  return <HandOver pages={checkoutPages} flow={checkout} />
}
