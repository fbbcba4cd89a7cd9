// The checkout, handed to another device.

import type { Metadata } from 'next'
import { ContinueElsewhere } from '../../../components/devices/hand-over.tsx'
import { checkoutPages } from '../../../flows/checkout/pages.ts'
import { sessionTitle } from '../../../lib/devices/titles.ts'
import { checkout } from '../../../lib/server.ts'

export const generateMetadata = (): Promise<Metadata> =>
  sessionTitle(checkoutPages.elsewhere, { pages: checkoutPages, flow: checkout })

export default function Page() {
  return <ContinueElsewhere pages={checkoutPages} flow={checkout} />
}
