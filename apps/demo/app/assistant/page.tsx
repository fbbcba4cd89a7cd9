// The assistant without a step: leads to the one the person is at.

import { redirect } from 'next/navigation'
import { SessionGone } from '../../components/session-gone.tsx'
import { UnavailablePage } from '../../components/unavailable-page.tsx'
import { assistantPages } from '../../flows/assistant/pages.ts'
import { readQuery, type SearchParams } from '../../lib/query.ts'
import { readView } from '../../lib/read-view.ts'
import { assistant } from '../../lib/server.ts'
import { currentUrl } from '../../lib/view.ts'

export default async function Assistant({ searchParams }: { searchParams: SearchParams }) {
  const problem = (await readQuery(searchParams))('problem')
  const view = await readView(assistant)
  if (!view) return <UnavailablePage />
  if (view.gone) return <SessionGone pages={assistantPages} gone={view.gone} />
  const url = currentUrl(assistantPages, view)
  redirect(problem ? `${url}?${new URLSearchParams({ problem })}` : url)
}
