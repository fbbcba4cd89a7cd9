// The checkout without a step: leads to the one the person is at.

import { redirect } from 'next/navigation'
import { Unavailable } from '../../components/unavailable.tsx'
import { readCheckout } from '../../lib/read-checkout.ts'
import { currentUrl } from '../../lib/view.ts'

type CheckoutProps = { searchParams: Promise<{ problem?: string | string[] }> }

export default async function Checkout({ searchParams }: CheckoutProps) {
  const { problem } = await searchParams
  const view = await readCheckout()
  if (!view) return <Unavailable />
  const url = currentUrl(view)
  redirect(typeof problem === 'string' ? `${url}?${new URLSearchParams({ problem })}` : url)
}
