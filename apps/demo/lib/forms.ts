// What a plain form is answered with.

/** Leads the browser on to `location`, with the cookies of the answer that stands behind it. */
export function seeOther(location: string, answer?: Response): Response {
  const headers = new Headers({ location, 'cache-control': 'private, no-store' })
  for (const cookie of answer?.headers.getSetCookie() ?? []) headers.append('set-cookie', cookie)
  return new Response(null, { status: 303, headers })
}

/** What identifies the sender of a request, without what described its body. */
export function withoutBody(given: Headers): Headers {
  const headers = new Headers(given)
  for (const name of ['content-type', 'content-length', 'transfer-encoding']) headers.delete(name)
  return headers
}
