// The content security policy, made per request because of its nonce and the provider's port, known only at run time.

import { type NextRequest, NextResponse } from 'next/server'
import { paymentsOrigin } from './lib/payments-origin.ts'

export function proxy(request: NextRequest): NextResponse {
  const nonce = crypto.randomUUID()
  const development = process.env.NODE_ENV === 'development'
  const provider = paymentsOrigin()
  const policy = [
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

  const headers = new Headers(request.headers)
  headers.set('content-security-policy', policy)
  const response = NextResponse.next({ request: { headers } })
  response.headers.set('content-security-policy', policy)
  return response
}

export const config = { matcher: '/((?!api/|_next/static|icon.svg|favicon.ico).*)' }
