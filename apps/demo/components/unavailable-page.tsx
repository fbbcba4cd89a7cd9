// The page for a visitor whose session cannot be read just now: its address with a mark that `proxy.ts` answers by 503.

import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { addressHeader, unavailableAt } from '../lib/outage.ts'
import { trouble } from '../lib/read-view.ts'

export async function UnavailablePage(): Promise<never> {
  redirect(unavailableAt((await headers()).get(addressHeader) ?? '/', trouble().reference))
}
