// The page that `proxy.ts` shows, with the status 503, at the address of one that could not be made.

import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { Unavailable } from '../../components/unavailable.tsx'
import { addressHeader, unavailableTitle } from '../../lib/outage.ts'
import { readQuery, type SearchParams } from '../../lib/query.ts'
import { wordsHere } from '../../lib/words-here.ts'

export async function generateMetadata(): Promise<Metadata> {
  const { t } = await wordsHere()
  return { title: `${t(unavailableTitle)} – Marginalia` }
}

export default async function Page({ searchParams }: { searchParams: SearchParams }) {
  const reference = (await readQuery(searchParams))('unavailable')
  return <Unavailable retry={(await headers()).get(addressHeader) ?? '/'} reference={reference} />
}
