// The request APIs of Next outside of it: its own cookie classes over headers a test sets.

import { MutableRequestCookiesAdapter } from 'next/dist/server/web/spec-extension/adapters/request-cookies.js'
import { RequestCookies } from 'next/dist/server/web/spec-extension/cookies.js'

let incoming = new Headers()
let jar: InstanceType<typeof RequestCookies> | ReturnType<typeof MutableRequestCookiesAdapter.wrap>
let sent: string[] = []
let connected: Promise<void> = Promise.resolve()

/** Sets the next request: its headers, and `action` if an action answers it, `ahead` for a render before a visit. */
export function arrive(headers: Record<string, string>, phase: 'render' | 'action' | 'ahead' = 'render'): Headers {
  connected = phase === 'ahead' ? new Promise(() => {}) : Promise.resolve()
  incoming = new Headers({ host: 'shop.example', 'x-forwarded-proto': 'https', ...headers })
  sent = []
  const requested = new RequestCookies(incoming)
  jar =
    phase !== 'action'
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
export const connection = (): Promise<void> => connected
