// The module `next/headers` outside of Next: its own cookie classes over headers a test sets.

import { MutableRequestCookiesAdapter } from 'next/dist/server/web/spec-extension/adapters/request-cookies.js'
import { RequestCookies } from 'next/dist/server/web/spec-extension/cookies.js'

let incoming = new Headers()
let jar: InstanceType<typeof RequestCookies> | ReturnType<typeof MutableRequestCookiesAdapter.wrap>
let sent: string[] = []

/** Sets the next request: its headers, and `action` if an action answers it. */
export function arrive(headers: Record<string, string>, phase: 'render' | 'action' = 'render'): Headers {
  incoming = new Headers({ host: 'shop.example', 'x-forwarded-proto': 'https', ...headers })
  sent = []
  const requested = new RequestCookies(incoming)
  jar =
    phase === 'render'
      ? requested
      : MutableRequestCookiesAdapter.wrap(requested, (cookies) => {
          sent = cookies
        })
  return incoming
}

/** The `Set-Cookie` headers the answer would have. */
export const sentCookies = (): readonly string[] => sent

export const headers = async (): Promise<Headers> => incoming
export const cookies = async (): Promise<typeof jar> => jar
