// The application, handed over to another device.

import type { Metadata } from 'next'
import { HandOver } from '../../../components/devices/hand-over.tsx'
import { applicationPages as pages } from '../../../flows/application/pages.ts'
import { application as flow } from '../../../lib/server.ts'
import { sessionTitle } from '../../../lib/titles.ts'

export const generateMetadata = (): Promise<Metadata> => sessionTitle(pages.handoffLabel, { pages, flow })

export default function Page() {
  return <HandOver pages={pages} flow={flow} />
}
