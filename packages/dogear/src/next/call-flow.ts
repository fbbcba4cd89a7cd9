// A call of one route from the server, as if the visitor's browser had made it.

import { cookies } from 'next/headers.js'
import type { Http } from '../http/index.ts'
import { visitorRequest } from './visitor.ts'

/** `json` is the body. The default method is POST with a body, GET without. */
export type FlowCall = { method?: 'GET' | 'POST' | 'PUT' | 'DELETE'; json?: unknown }

/** `body` is the route's answer, or its problem (`status` from 400 on); undefined for an empty answer. */
export type FlowAnswer<Body> = { status: number; body: Body }

/**
 * Calls a route below the base path, such as `/order/handoffs`, for the visitor, and sets the cookies of the answer.
 *
 * For server actions, whose forms work without JavaScript, and for reading while a page renders. The gate against other
 * sites checks the headers of the visitor's browser. Only an action may call a route that sets a cookie: Next allows it
 * nowhere else.
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

// Our own cookies, so their format is known, and attributes that all of them have are not parsed.
function toCookie(header: string): Parameters<Awaited<ReturnType<typeof cookies>>['set']>[0] & object {
  const [, name = '', value = '', maxAge] = /^([^=]+)=([^;]*); Max-Age=(\d+);/.exec(header) ?? []
  const secure = header.endsWith('; Secure')
  return { name, value, maxAge: Number(maxAge), path: '/', httpOnly: true, sameSite: 'lax', secure }
}
