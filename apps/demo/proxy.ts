// The parts of an answer that no page can set: the security headers with their nonce, and the status of an outage.

import { securityHeaders } from 'dogear/http'
import { type NextRequest, NextResponse } from 'next/server'
import { addressHeader, markedAddress } from './lib/outage.ts'
import { paymentsOrigin } from './lib/payments-origin.ts'
import { notFromHere } from './lib/refusals.ts'
import { http } from './lib/server.ts'
import { storeAnswers } from './lib/store-answers.ts'

const retryAfterSeconds = 5

export async function proxy(request: NextRequest): Promise<NextResponse> {
  // A page is only ever changed by a form of this site. The routes and actions behind it check that again.
  const safe = request.method === 'GET' || request.method === 'HEAD'
  if (!safe && !http.isFromHere(request)) {
    const { body, status, headers } = await notFromHere(http, request)
    return new NextResponse(body, { status, headers })
  }

  const { pathname, search } = request.nextUrl
  const marked = markedAddress(`${pathname}${search}`)
  // A reload of the page about an outage that is over leads to the page itself.
  if (marked !== undefined && (await storeAnswers(request, pathname)))
    return NextResponse.redirect(new URL(marked, request.url), { headers: unkept })

  // The provider's port is known only at run time.
  const provider = [paymentsOrigin()]
  const { headers: secured } = securityHeaders({
    sources: { 'connect-src': provider, 'form-action': provider },
    development: process.env.NODE_ENV === 'development',
  })
  const headers = new Headers(request.headers)
  headers.set('content-security-policy', secured['Content-Security-Policy'])
  headers.set(addressHeader, marked ?? `${pathname}${search}`)
  const response =
    marked === undefined
      ? NextResponse.next({ request: { headers } })
      : NextResponse.rewrite(new URL(`/unavailable${search}`, request.url), { request: { headers }, status: 503 })
  for (const [name, value] of Object.entries(secured)) response.headers.set(name, value)
  if (marked !== undefined) response.headers.set('retry-after', String(retryAfterSeconds))
  return response
}

const unkept = { 'cache-control': 'private, no-store' }

export const config = {
  matcher:
    '/((?!api/(?:assistant|documents|flows)/|api/flows$|api/payments$|_next/static/|icon\\.svg$|favicon\\.ico$).*)',
}
