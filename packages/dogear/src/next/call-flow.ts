// One route called from a server action or while rendering, as if the visitor's browser had called it.

import { cookies } from 'next/headers.js'
import type { Http } from '../http/index.ts'
import { visitorRequest } from './visitor.ts'

/** `json` is the body; with it the method is POST unless it is given, without it GET. */
export type FlowCall = { method?: 'GET' | 'POST' | 'PUT' | 'DELETE'; json?: unknown }

/** `body` is what the route answers, or its problem (`status` from 400 on); undefined where it answers nothing. */
export type FlowAnswer<Body> = { status: number; body: Body }

/**
 * Answers a route such as `/order/handoffs` (below the base path) with the visitor's own headers and cookies, and passes cookies on.
 *
 * For server actions, whose forms work without JavaScript, and for reading while a page renders. The gate against other sites goes
 * by what the visitor's browser said. Only an action may call a route that sets a cookie: Next allows it nowhere else.
 */
export async function callFlow<Body = unknown>(
  http: Http,
  path: string,
  { json, method = json === undefined ? 'GET' : 'POST' }: FlowCall = {},
): Promise<FlowAnswer<Body>> {
  const body = json === undefined ? {} : { body: JSON.stringify(json), headers: { 'content-type': 'application/json' } }
  const base = path === '/' ? http.basePath : `${http.basePath}${path}`
  const response = await http.handle(await visitorRequest(base, { method, ...body }))
  const set = response.headers.getSetCookie()
  if (set.length > 0) {
    const jar = await cookies()
    for (const cookie of set) jar.set(toCookie(cookie))
  }
  const text = await response.text()
  return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as Body }
}

// Our own cookies, so their form is known; what they have in common is not read from them.
function toCookie(header: string): Parameters<Awaited<ReturnType<typeof cookies>>['set']>[0] & object {
  const [, name = '', value = '', maxAge] = /^([^=]+)=([^;]*); Max-Age=(\d+);/.exec(header) ?? []
  const secure = header.endsWith('; Secure')
  return { name, value, maxAge: Number(maxAge), path: '/', httpOnly: true, sameSite: 'lax', secure }
}
