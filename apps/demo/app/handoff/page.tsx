// Where a handoff's link leads, and where its code is typed. Opening it uses nothing up.

import type { Metadata } from 'next'
import { Arrival } from '../../components/devices/arrival.tsx'
import { readQuery, type SearchParams } from '../../lib/query.ts'

export const metadata: Metadata = {
  title: 'Continue on this device – Marginalia',
  // No other site is told of this address, not even that it exists. `no-referrer` would also take the origin off our own forms, and
  // without it nobody can tell them from another site's; the secret is in the fragment, which no request carries.
  referrer: 'same-origin',
  robots: { index: false, follow: false },
}

type HandoffProps = { searchParams: SearchParams }

export default async function Handoff({ searchParams }: HandoffProps) {
  const one = await readQuery(searchParams)
  return <Arrival problem={one('problem')} />
}
