// Every answer this package gives.

import type { Answer, Messages, Unsaid } from './exchange.ts'
import type { ProblemReply } from './problem.ts'
import { problemPage } from './problem-page.ts'
import type { Asked } from './words/ask.ts'
import { problemIn, type Said } from './words/said.ts'

const cacheControl = 'private, no-store'

// Answers depend on the cookie and are private: no shared cache, no browser cache, no sniffing, no other site's page,
// not even as a frame in it.
const toHeaders = (extra: Record<string, string>): Record<string, string> => ({
  'Cache-Control': cacheControl,
  Vary: 'Cookie',
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  ...extra,
})

/** `body` as JSON; a function makes it in the words of the request. */
export function json(body: object | ((words: Said) => object), cookies: readonly string[] = []): Unsaid {
  const said = typeof body === 'function' ? (words: Said) => JSON.stringify(body(words)) : JSON.stringify(body)
  return respond(200, said, { 'Content-Type': 'application/json' }, cookies)
}

/** As `json`, for a resource that was just created. */
export function created(body: unknown): Answer {
  return respond(201, JSON.stringify(body), { 'Content-Type': 'application/json' })
}

export function eventStream(body: Messages): Answer {
  return respond(200, body, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    // Compression would cost memory per stream and save a few bytes.
    'Cache-Control': `${cacheControl}, no-transform`,
    // Without it nginx holds events back until a buffer is full.
    'X-Accel-Buffering': 'no',
  })
}

export function noContent(cookies: readonly string[]): Answer {
  return respond(204, null, {}, cookies)
}

/** Sends the browser to `location` with a GET, so that a reload does not submit the form again. */
export function seeOther(location: string, cookies: readonly string[]): Answer {
  // A header holds ASCII only; what a path has of it already, such as %20, stays.
  const ascii = location.toWellFormed().replace(/[^\x21-\x7e]+/g, encodeURIComponent)
  return respond(303, null, { Location: ascii }, cookies)
}

/** Sends the browser to `location` with the same method and body. */
export function seeAgain(location: string, cookies: readonly string[]): Answer {
  return respond(307, null, { Location: location }, cookies)
}

export function problem(refused: ProblemReply, cookies: readonly string[] = []): Unsaid {
  const { problem } = refused
  const headers = { ...retry(refused), 'Content-Type': 'application/problem+json' }
  const said = (words: Said) => JSON.stringify(problemIn(words, problem))
  return { ...respond(problem.status, said, headers, cookies), problem }
}

/** A problem as a page, for a form without JavaScript; `flowUrl` is the page to go on at. */
export function problemAsPage(refused: ProblemReply, flowUrl: string | undefined): Unsaid {
  const { problem } = refused
  const headers = {
    ...retry(refused),
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
  }
  const said = (words: Said) => problemPage(problem, { flowUrl, words })
  return { ...respond(problem.status, said, headers), problem }
}

/** The answer in the words that were `asked` for, saying in which language it is where that was chosen. */
export function inWords({ body, ...answer }: Unsaid, { words, byHeader }: Asked): Answer {
  if (typeof body !== 'function') return { ...answer, body }
  if (!words && !byHeader) return { ...answer, body: body(words) }
  const headers = {
    ...answer.headers,
    ...(words && { 'Content-Language': words.lang }),
    ...(byHeader && { Vary: 'Cookie, Accept-Language' }),
  }
  return { ...answer, headers, body: body(words) }
}

function retry({ retryAfterMs }: ProblemReply): Record<string, string> {
  return retryAfterMs === undefined ? {} : { 'Retry-After': String(Math.max(1, Math.ceil(retryAfterMs / 1000))) }
}

function respond<Body extends Unsaid['body']>(
  status: number,
  body: Body,
  extra: Record<string, string>,
  cookies: readonly string[] = [],
): Omit<Answer, 'body'> & { body: Body } {
  return { status, headers: toHeaders(extra), cookies, body }
}
