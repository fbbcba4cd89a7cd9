// The gate against cross-site requests: an unsafe request must come from a page of the same origin.

import { DogearError } from '../errors.ts'
import type { Incoming } from './exchange.ts'

/** True for the origin of a server on the browser's own machine, where plain http is as good as https. */
export const isLocal = (origin: string): boolean => /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(origin)

/**
 * Refuses (`origin_refused`) an unsafe request that another site may have caused.
 *
 * A page cannot set `Sec-Fetch-Site`: only `same-origin` passes. Without it (old browsers, plain http, programs)
 * `Origin` must be the request's own origin or one of `origins`. A request with neither is refused. `SameSite=Lax`
 * alone would let sibling subdomains in (OWASP ASVS 3.5.1).
 */
export function checkOrigin(request: Incoming, origins: readonly string[]): void {
  const site = request.header('sec-fetch-site')
  if (site !== null) {
    if (site === 'same-origin') return
    throw new DogearError('origin_refused', 'This request did not come from a page of this site.')
  }
  const origin = request.header('origin')
  if (origin === null) {
    throw new DogearError('origin_refused', 'This request names no origin. Programs have to send an Origin header.')
  }
  // A sandboxed or opaque page sends "null", which is nobody's origin.
  if (origin === 'null' || (origin !== request.origin && !origins.includes(origin))) {
    throw new DogearError('origin_refused', 'This request came from a page of another site.')
  }
}

/** The origin that was found good last: a server has few, and parsing one takes longer than the rest of the gate. */
let good = ''

/** Refuses (`invalid_request`) a request to what is no host, which any program can send as its `Host` header. */
export function requireHost({ origin }: Incoming): void {
  if (origin === good) return
  if (/^https?:\/\/[^\s/?#@\\]+$/.test(origin) && URL.canParse(origin)) {
    good = origin
    return
  }
  throw new DogearError('invalid_request', 'The Host header is not the name of a host.')
}

/** True if `checkOrigin` lets the request pass. */
export function isFromHere(request: Incoming, origins: readonly string[]): boolean {
  try {
    checkOrigin(request, origins)
    return true
  } catch {
    return false
  }
}
