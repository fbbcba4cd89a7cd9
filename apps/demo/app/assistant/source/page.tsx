// The text of the document, as the passages that answers refer to. It is shown to its session only.

import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { Source } from '../../../components/assistant/document/source.tsx'
import { SessionPage } from '../../../components/devices/session-page.tsx'
import { UnavailablePage } from '../../../components/unavailable-page.tsx'
import { assistantPages as pages } from '../../../flows/assistant/pages.ts'
import { readPassages } from '../../../lib/assistant/index.ts'
import { readQuery, type SearchParams } from '../../../lib/query.ts'
import { readView } from '../../../lib/read-view.ts'
import { assistant as flow } from '../../../lib/server.ts'
import { sessionTitle } from '../../../lib/titles.ts'
import { currentUrl } from '../../../lib/view.ts'

export const generateMetadata = (): Promise<Metadata> => sessionTitle('Your document', { pages, flow })

export default async function Page({ searchParams }: { searchParams: SearchParams }) {
  const part = Number((await readQuery(searchParams))('part') ?? 1)
  const view = await readView(flow)
  if (!view) return <UnavailablePage />
  const { document, extract } = view.context
  if (!view.gone && (!document || !extract || view.tag === null)) redirect(currentUrl(pages, view))
  const found = document && view.tag !== null ? await readPassages(document, view.tag) : undefined
  return (
    <SessionPage pages={pages} view={view}>
      <Source name={document?.name ?? ''} found={found} part={part} />
    </SessionPage>
  )
}
