// The devices that have the application open.

import type { Metadata } from 'next'
import { Devices } from '../../../components/devices/devices.tsx'
import { applicationPages as pages } from '../../../flows/application/pages.ts'
import type { SearchParams } from '../../../lib/query.ts'
import { application as flow } from '../../../lib/server.ts'
import { sessionTitle } from '../../../lib/titles.ts'

export const generateMetadata = (): Promise<Metadata> => sessionTitle('Devices', { pages, flow })

export default function Page({ searchParams }: { searchParams: SearchParams }) {
  return <Devices pages={pages} flow={flow} searchParams={searchParams} />
}
