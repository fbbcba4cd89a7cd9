// The checkout without a step.

import { CheckoutEntry } from '../../components/checkout/checkout-entry.tsx'
import { checkoutPages } from '../../flows/checkout/pages.ts'
import type { SearchParams } from '../../lib/query.ts'

export default function Page({ searchParams }: { searchParams: SearchParams }) {
  return <CheckoutEntry pages={checkoutPages} searchParams={searchParams} />
}
