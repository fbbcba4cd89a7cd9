// An order without a step: leads to the one the person is at.

import { redirect } from 'next/navigation'
import type { FlowPages } from '../../lib/flow-pages.ts'
import { readQuery, type SearchParams } from '../../lib/query.ts'
import { readView } from '../../lib/read-view.ts'
import { checkout } from '../../lib/server.ts'
import { currentUrl } from '../../lib/view.ts'
import { UnavailablePage } from '../unavailable-page.tsx'

type CheckoutEntryProps = { pages: FlowPages; searchParams: SearchParams }

export async function CheckoutEntry({ pages, searchParams }: CheckoutEntryProps) {
  const problem = (await readQuery(searchParams))('problem')
  const view = await readView(checkout, pages)
  if (!view) return <UnavailablePage />
  const url = currentUrl(pages, view)
  redirect(problem ? `${url}?${new URLSearchParams({ problem })}` : url)
}
