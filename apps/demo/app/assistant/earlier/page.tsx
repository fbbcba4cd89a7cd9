// The questions that are too old for the conversation's own page, newest first, some at a time.

import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { Exchange } from '../../../components/assistant/conversation/exchange.tsx'
import { PassagesProvider } from '../../../components/assistant/document/passages.tsx'
import { SessionPage } from '../../../components/devices/session-page.tsx'
import { BackLink } from '../../../components/link.tsx'
import { UnavailablePage } from '../../../components/unavailable-page.tsx'
import { assistantPages as pages } from '../../../flows/assistant/pages.ts'
import { readMoved } from '../../../lib/assistant/index.ts'
import { pageStarts } from '../../../lib/assistant/page-starts.ts'
import { readQuery, type SearchParams } from '../../../lib/query.ts'
import { readView } from '../../../lib/read-view.ts'
import { assistant as flow } from '../../../lib/server.ts'
import { sessionTitle } from '../../../lib/titles.ts'
import { currentUrl, stepUrl } from '../../../lib/view.ts'
import { wordsHere } from '../../../lib/words-here.ts'

const limit = 10

export const generateMetadata = (): Promise<Metadata> => sessionTitle('Earlier questions', { pages, flow })

export default async function Page({ searchParams }: { searchParams: SearchParams }) {
  const { t } = await wordsHere()
  const one = await readQuery(searchParams)
  const view = await readView(flow)
  if (!view) return <UnavailablePage />
  const { moved, extract } = view.context
  const page = one('page') ?? moved.page
  if (!view.gone && (page === null || view.tag === null)) redirect(currentUrl(pages, view))
  const none = { exchanges: [], next: null }
  const { exchanges, next } = page && view.tag ? await readMoved(page, view.tag, { limit }) : none
  return (
    <SessionPage pages={pages} view={view}>
      <PassagesProvider count={extract?.passages ?? 0} starts={await pageStarts(view)}>
        <div className="stack measure">
          <BackLink href={pages.base}>{t('Back to the conversation')}</BackLink>
          <h1 tabIndex={-1}>{t('Earlier questions')}</h1>
          <p className="lede">{t('The newest of them comes first.')}</p>
          <div className="exchanges fill">
            {exchanges.map((exchange) => (
              <Exchange key={exchange.id} exchange={exchange} />
            ))}
          </div>
          {exchanges.length === 0 && <p>{t('There are none here.')}</p>}
          {next !== null && (
            <a href={`${stepUrl(pages, 'earlier')}?${new URLSearchParams({ page: next })}`}>{t('Those before them')}</a>
          )}
        </div>
      </PassagesProvider>
    </SessionPage>
  )
}
