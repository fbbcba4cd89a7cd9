// The parts of an answer that no page can set: the content security policy with its nonce, and the status of an outage.

import { type NextRequest, NextResponse } from 'next/server'
import { addressHeader, markedAddress } from './lib/outage.ts'
import { paymentsOrigin } from './lib/payments-origin.ts'
import { storeAnswers } from './lib/store-answers.ts'

const retryAfterSeconds = 5

export async function proxy(request: NextRequest): Promise<NextResponse> {
  const { pathname, search } = request.nextUrl
  const marked = markedAddress(`${pathname}${search}`)
  // A reload of the page about an outage that is over leads to the page itself.
  if (marked !== undefined && (await storeAnswers(request, pathname)))
    return NextResponse.redirect(new URL(marked, request.url))

  const policy = contentSecurityPolicy()
  const headers = new Headers(request.headers)
  headers.set('content-security-policy', policy)
  headers.set(addressHeader, marked ?? `${pathname}${search}`)
  const response =
    marked === undefined
      ? NextResponse.next({ request: { headers } })
      : NextResponse.rewrite(new URL(`/unavailable${search}`, request.url), { request: { headers }, status: 503 })
  response.headers.set('content-security-policy', policy)
  if (marked !== undefined) response.headers.set('retry-after', String(retryAfterSeconds))
  return response
}

/** The nonce is another one for every request, and the provider's port is known only at run time. */
function contentSecurityPolicy(): string {
  const nonce = crypto.randomUUID()
  const development = process.env.NODE_ENV === 'development'
  const provider = paymentsOrigin()
  return [
    `default-src 'self'`,
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development ? ` 'unsafe-eval'` : ''}`,
    `style-src 'self' ${development ? `'unsafe-inline'` : `'nonce-${nonce}'`}`,
    `connect-src 'self' ${provider}`,
    `form-action 'self' ${provider}`,
    `img-src 'self' data:`,
    `object-src 'none'`,
    `base-uri 'none'`,
    `frame-ancestors 'none'`,
  ].join('; ')
}

export const config = { matcher: '/((?!api/|_next/static|icon.svg|favicon.ico).*)' }
