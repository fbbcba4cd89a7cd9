// The sessions of this browser, made those of the account that is signed in: at sign-in, or on request.

import 'server-only'
import { callFlow } from 'dogear/next'
import { redirect } from 'next/navigation'
import { pagesOf } from '../../flows/pages.ts'
import { http } from '../server.ts'

/** Attaches them, and redirects to `next`: by way of the devices that joined one of them before, if there are any. */
export async function attachHere(next: string): Promise<never> {
  // A refusal is ignored: the person is signed in, and the page of what is saved offers it again.
  const { body } = await callFlow<{ shared?: string[] }>(http, '/attach', { json: {} })
  const [pages] = (body?.shared ?? []).flatMap((flow) => pagesOf(flow) ?? [])
  redirect(pages ? `${pages.base}/devices?${new URLSearchParams({ asked: '', next })}` : next)
}
