// The question before the conversation is started over.

import type { Metadata } from 'next'
import { StartOverPage } from '../../../components/start-over-page.tsx'
import { assistantPages as pages } from '../../../flows/assistant/pages.ts'
import { assistant as flow } from '../../../lib/server.ts'
import { sessionTitle, startOverTitle } from '../../../lib/titles.ts'

export const generateMetadata = (): Promise<Metadata> =>
  sessionTitle((view, t) => startOverTitle(t, pages, view), { pages, flow })

export default function Page() {
  return <StartOverPage pages={pages} flow={flow} />
}
