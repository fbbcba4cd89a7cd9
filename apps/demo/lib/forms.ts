// The requests of plain forms, and the redirects they end in.

/** Leads the browser on to `location`, with the cookies of `answer`. */
export function seeOther(location: string, answer?: Response): Response {
  const headers = new Headers({ location, 'cache-control': 'private, no-store' })
  for (const cookie of answer?.headers.getSetCookie() ?? []) headers.append('set-cookie', cookie)
  return new Response(null, { status: 303, headers })
}

/** The headers of a request without those that describe its body. */
export function withoutBody(given: Headers): Headers {
  const headers = new Headers(given)
  for (const name of ['content-type', 'content-length', 'transfer-encoding']) headers.delete(name)
  return headers
}

/** The request as its browser sends it after `answer`, with the cookies that came with it. Its body moves along. */
export function withCookiesOf(request: Request, answer: Response): Request {
  const set = answer.headers.getSetCookie().map((cookie) => cookie.split(';', 1)[0] ?? '')
  const headers = new Headers(request.headers)
  headers.set('cookie', [headers.get('cookie') ?? '', ...set].filter((cookie) => cookie !== '').join('; '))
  return new Request(request, { headers })
}
