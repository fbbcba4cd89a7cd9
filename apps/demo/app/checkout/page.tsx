// The checkout without a step: leads to the one the person is at.

import { redirect } from 'next/navigation'
import { UnavailablePage } from '../../components/unavailable-page.tsx'
import { checkoutPages } from '../../flows/checkout/pages.ts'
import { readQuery, type SearchParams } from '../../lib/query.ts'
import { readView } from '../../lib/read-view.ts'
import { checkout } from '../../lib/server.ts'
import { currentUrl } from '../../lib/view.ts'

type CheckoutProps = { searchParams: SearchParams }

export default async function Checkout({ searchParams }: CheckoutProps) {
  const problem = (await readQuery(searchParams))('problem')
  const view = await readView(checkout)
  if (!view) return <UnavailablePage />
  const url = currentUrl(checkoutPages, view)
  redirect(problem ? `${url}?${new URLSearchParams({ problem })}` : url)
}
