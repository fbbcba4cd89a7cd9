// Cookies of a reply fetched on the visitor's behalf: passed on to the visitor, and sent with the next request.

import { parseSetCookieHeader, toCookieOptions } from 'better-auth/cookies'
import type { cookies } from 'next/headers'

type CookieStore = Awaited<ReturnType<typeof cookies>>

export function keepCookies(store: CookieStore, answer: Response): void {
  for (const header of answer.headers.getSetCookie()) {
    for (const [name, cookie] of parseSetCookieHeader(header)) store.set(name, cookie.value, toCookieOptions(cookie))
  }
}

/** A `Cookie` header as the visitor will send it once they have the cookies of `answer`. */
export function cookiesAfter(cookieHeader: string | null, answer: Response): string {
  const nameOf = (pair: string) => pair.split('=', 1)[0]
  const fresh = answer.headers.getSetCookie().map((header) => header.split(';', 1)[0] ?? '')
  const replaced = new Set(fresh.map(nameOf))
  const kept = (cookieHeader ?? '').split('; ').filter((pair) => pair !== '' && !replaced.has(nameOf(pair)))
  return [...kept, ...fresh].join('; ')
}
