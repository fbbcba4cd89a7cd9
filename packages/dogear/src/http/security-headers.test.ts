// The headers of pages: a policy that only what the application names can widen.

import { expect, it } from 'vitest'
import { securityHeaders } from './security-headers.ts'

const policyOf = (options?: Parameters<typeof securityHeaders>[0]) =>
  securityHeaders(options).headers['Content-Security-Policy']

it('let run what has the nonce of this answer, and nothing else [M24]', () => {
  const { nonce, headers } = securityHeaders()
  expect(nonce).toMatch(/^[A-Za-z0-9+/]{22}==$/)
  expect(headers).toEqual({
    'Content-Security-Policy':
      `default-src 'self'; script-src 'self' 'nonce-${nonce}' 'strict-dynamic'; style-src 'self' 'nonce-${nonce}'; ` +
      `img-src 'self' data:; connect-src 'self'; form-action 'self'; object-src 'none'; base-uri 'none'; ` +
      `frame-ancestors 'none'`,
    'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'Referrer-Policy': 'strict-origin-when-cross-origin',
    'Permissions-Policy': 'camera=(), microphone=(), geolocation=()',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
  })
  expect(policyOf()).not.toMatch(/unsafe|\*/)
})

it('have another nonce each time', () => {
  expect(new Set(Array.from({ length: 1000 }, () => securityHeaders().nonce)).size).toBe(1000)
})

it('add the sources that are named, to a directive that is there or a new one', () => {
  const policy = policyOf({ sources: { 'connect-src': ['https://pay.example'], 'frame-src': ['https://3ds.example'] } })
  expect(policy).toContain(`connect-src 'self' https://pay.example;`)
  expect(policy).toContain(`; frame-src https://3ds.example`)
})

it('loosen scripts and styles for a development server only', () => {
  expect(policyOf({ development: true })).toMatch(/script-src [^;]*'unsafe-eval'; style-src 'self' 'unsafe-inline'/)
})
