// The question before the checkout is started over.

import type { Metadata } from 'next'
import { StartOverPage } from '../../../components/start-over-page.tsx'
import { checkoutPages as pages } from '../../../flows/checkout/pages.ts'
import { checkout as flow } from '../../../lib/server.ts'
import { sessionTitle, startOverTitle } from '../../../lib/titles.ts'

export const generateMetadata = (): Promise<Metadata> =>
  sessionTitle((view, t) => startOverTitle(t, pages, view), { pages, flow })

export default function Page() {
  return <StartOverPage pages={pages} flow={flow} />
}
