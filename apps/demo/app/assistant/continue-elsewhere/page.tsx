// The conversation, handed over to another device.

import type { Metadata } from 'next'
import { HandOver } from '../../../components/devices/hand-over.tsx'
import { assistantPages as pages } from '../../../flows/assistant/pages.ts'
import { assistant as flow } from '../../../lib/server.ts'
import { sessionTitle } from '../../../lib/titles.ts'

export const generateMetadata = (): Promise<Metadata> => sessionTitle(pages.handoffLabel, { pages, flow })

export default function Page() {
  return <HandOver pages={pages} flow={flow} />
}
