// The devices that have the conversation open.

import type { Metadata } from 'next'
import { Devices } from '../../../components/devices/devices.tsx'
import { assistantPages as pages } from '../../../flows/assistant/pages.ts'
import type { SearchParams } from '../../../lib/query.ts'
import { assistant as flow } from '../../../lib/server.ts'
import { sessionTitle } from '../../../lib/titles.ts'

export const generateMetadata = (): Promise<Metadata> => sessionTitle('Devices', { pages, flow })

export default function Page({ searchParams }: { searchParams: SearchParams }) {
  return <Devices pages={pages} flow={flow} searchParams={searchParams} />
}
