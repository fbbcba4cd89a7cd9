// The devices that have the conversation open.

import type { Metadata } from 'next'
import { Devices } from '../../../components/devices/devices.tsx'
import { assistantPages as pages } from '../../../flows/assistant/pages.ts'
import { localPath } from '../../../lib/local-path.ts'
import { readQuery, type SearchParams } from '../../../lib/query.ts'
import { assistant as flow } from '../../../lib/server.ts'
import { sessionTitle } from '../../../lib/titles.ts'

export const generateMetadata = (): Promise<Metadata> => sessionTitle('Devices', { pages, flow })

export default async function Page({ searchParams }: { searchParams: SearchParams }) {
  const one = await readQuery(searchParams)
  const askedFor = one('asked') === undefined ? undefined : localPath(one('next'), pages.base)
  return (
    <Devices pages={pages} flow={flow} problem={one('problem')} done={one('done') !== undefined} askedFor={askedFor} />
  )
}
