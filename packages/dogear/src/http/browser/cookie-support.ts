// Browsers that keep no cookie, told before anything is stored that they could never come back to.

import { DogearError } from '../../errors.ts'
import { seeAgain } from '../answer.ts'
import type { Answer, Incoming } from '../exchange.ts'
import { isLocal } from '../origin.ts'
import type { CookieSite } from './cookie.ts'

const mark = 'kept'
const markLifeS = 600

/**
 * Throws `no_cookies` where browsers refuse a `Secure` cookie: on plain http, except on the machine itself. Only the
 * `Origin` header knows how the page was reached: behind a proxy the request itself may come by plain http.
 */
export function refuseWithoutCookie(request: Incoming, { secure }: CookieSite): void {
  const origin = request.header('origin') ?? ''
  if (!secure || !origin.startsWith('http:') || isLocal(origin)) return
  const message = `Browsers keep no secure cookie from ${origin}, which is plain http. Open the page by https.`
  throw new DogearError('no_cookies', message)
}

/**
 * The answer to a form of a browser that has sent no cookie at all: the same request again, with a cookie that says no
 * more than that it was kept. Sent again without it, the form is refused (`no_cookies`). Undefined where there is
 * nothing to find out.
 *
 * A form without JavaScript needs this, because the page after it is the first page again, with nothing on it that says
 * so. Programs do not send `Sec-Fetch-Mode: navigate`, and are spared the detour.
 */
export function askForCookie(request: Incoming, { secure }: CookieSite): Answer | undefined {
  if (request.header('cookie') !== null || request.header('sec-fetch-mode') !== 'navigate') return undefined
  if (new URLSearchParams(request.query).has(mark)) {
    const message = 'This browser did not send back the cookie it was given, so it keeps none.'
    throw new DogearError('no_cookies', message)
  }
  const cookie = `dogear-${mark}=1; Max-Age=${markLifeS}; Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`
  return seeAgain(`${request.path}?${mark}`, [cookie])
}
