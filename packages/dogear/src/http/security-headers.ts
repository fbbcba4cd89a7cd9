// Headers that keep a page's scripts to itself, for the pages around the flow's own routes.

import { randomBytes } from 'node:crypto'

/** The options of `securityHeaders`. */
export type SecurityOptions = {
  /** Origins beside the page's own, by directive, such as `{ 'connect-src': ['https://pay.example'] }`. */
  sources?: Readonly<Record<string, readonly string[]>>
  /** True only for a development server, whose tools need `eval` and styles without a nonce. Default false. */
  development?: boolean
}

/** The result of `securityHeaders`: the headers of one answer. */
export type SecurityHeaders = {
  /** For the scripts and styles of this one answer: 128 random bits. Next takes it from the policy by itself. */
  nonce: string
  headers: Readonly<Record<'Content-Security-Policy' | Fixed, string>>
}

/**
 * Headers for one answer, with a nonce of its own. Only scripts with the nonce run, and what they load; nothing frames
 * the page; forms, requests and images go to its own origin and to `sources`.
 */
export function securityHeaders({ sources = {}, development = false }: SecurityOptions = {}): SecurityHeaders {
  const nonce = randomBytes(16).toString('base64')
  const own: Record<string, readonly string[]> = {
    'default-src': [`'self'`],
    'script-src': [`'self'`, `'nonce-${nonce}'`, `'strict-dynamic'`, ...(development ? [`'unsafe-eval'`] : [])],
    'style-src': [`'self'`, development ? `'unsafe-inline'` : `'nonce-${nonce}'`],
    'img-src': [`'self'`, 'data:'],
    'connect-src': [`'self'`],
    'form-action': [`'self'`],
    'object-src': [`'none'`],
    'base-uri': [`'none'`],
    'frame-ancestors': [`'none'`],
  }
  const names = [...new Set([...Object.keys(own), ...Object.keys(sources)])]
  const policy = names.map((name) => [name, ...(own[name] ?? []), ...(sources[name] ?? [])].join(' ')).join('; ')
  return { nonce, headers: { 'Content-Security-Policy': policy, ...fixed } }
}

type Fixed = keyof typeof fixed

const fixed = {
  // Browsers heed it over https only.
  'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'strict-origin-when-cross-origin',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=()',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
} as const
