// Cookies of a reply fetched on the visitor's behalf, passed on to the visitor.

import { parseSetCookieHeader, toCookieOptions } from 'better-auth/cookies'
import type { cookies } from 'next/headers'

type CookieStore = Awaited<ReturnType<typeof cookies>>

export function keepCookies(store: CookieStore, answer: Response): void {
  for (const header of answer.headers.getSetCookie()) {
    for (const [name, cookie] of parseSetCookieHeader(header)) store.set(name, cookie.value, toCookieOptions(cookie))
  }
}
