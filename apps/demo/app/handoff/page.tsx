// The page a handoff's link leads to, and where its code is typed. Opening the page does not use the link up.

import type { Metadata } from 'next'
import { Arrival } from '../../components/devices/arrival.tsx'
import { readQuery, type SearchParams } from '../../lib/query.ts'
import { wordsHere } from '../../lib/words-here.ts'

export const generateMetadata = async (): Promise<Metadata> => ({
  title: `${(await wordsHere()).t('Continue from another device')} – Marginalia`,
  // Other sites never learn this address. `no-referrer` would also remove the origin from our own forms, which the
  // server needs to tell them from another site's. The secret is in the fragment, which no request carries.
  referrer: 'same-origin',
  robots: { index: false, follow: false },
})

type HandoffProps = { searchParams: SearchParams }

export default async function Handoff({ searchParams }: HandoffProps) {
  const one = await readQuery(searchParams)
  return <Arrival problem={one('problem')} />
}
