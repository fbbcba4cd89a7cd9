// One logical request, attempted a few times where that is safe: it always ends in a value.

import type { Problem, View } from '../wire.ts'

export type Answer = { ok: true; body: unknown } | { ok: false; problem: Problem }

const attempts = 4
const timeoutMs = 15_000
// A request that others wait for may still be received: cut off at once, it could begin a session nobody knows of.
const graceMs = 1000
const backoffMs = 300
// A person is waiting: after this long they should be told.
const patienceMs = 10_000

/**
 * Sends a request and, after a network failure, a 429, a status above 501 (those of proxies are), or a refusal with a
 * `Retry-After`, tries again, until `giveUp` resolves. That also ends the attempt in flight, unless it is answered
 * within a second.
 *
 * Safe for events and drafts because they carry an `opId`. Waits 300 ms, doubling, with jitter, or as long as
 * `Retry-After` says. A server that cannot be reached or understood becomes a problem with the code `offline`.
 * `request` makes the request of each attempt; only its exceptions reject.
 */
export async function exchange(
  fetch: typeof globalThis.fetch,
  url: string,
  request: () => RequestInit,
  giveUp: Promise<unknown> = new Promise(() => {}),
): Promise<Answer> {
  const hurried = giveUp.then(() => true)
  for (let attempt = 1; ; attempt++) {
    const { answer, waitMs } = await once(fetch, url, request(), giveUp)
    const pauseMs = Math.max(waitMs ?? 0, backoffMs * 2 ** (attempt - 1) * (0.5 + Math.random()))
    if (waitMs === undefined || attempt === attempts || pauseMs > patienceMs) return answer
    if (await Promise.race([hurried, new Promise((resolve) => setTimeout(resolve, pauseMs))])) return answer
  }
}

/** A request with a JSON body. */
export function jsonRequest(method: string, body: unknown): RequestInit {
  return { method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }
}

/**
 * No definite answer: the request may have taken effect, or may succeed unchanged later. Any other refusal (400, 413,
 * 415, 422 …) lasts as long as what was sent stays the same.
 */
export function isTransient({ status }: Problem): boolean {
  return status >= 500 || [0, 408, 429].includes(status)
}

/** One attempt; `waitMs` is set if another makes sense, to the least time to wait for it. */
async function once(
  fetch: typeof globalThis.fetch,
  url: string,
  init: RequestInit,
  giveUp: Promise<unknown>,
): Promise<{ answer: Answer; waitMs?: number | undefined }> {
  const ended = new AbortController()
  const end = () => ended.abort()
  AbortSignal.timeout(timeoutMs).onabort = end
  void giveUp.then(() => setTimeout(end, graceMs))
  try {
    const response = await fetch(url, { ...init, cache: 'no-store', signal: ended.signal })
    const { status } = response
    const body: unknown = await response.json().catch(() => undefined)
    if (response.ok && body !== undefined) return { answer: { ok: true, body } }
    const known = !response.ok && typeof (body as Problem | undefined)?.code === 'string'
    const page = response.headers.get('content-type')?.includes('html')
    const foreign = page && (response.ok || [404, 405].includes(status))
    const problem = known ? (body as Problem) : foreign ? wrongUrl(url, response) : unreachable(status)
    const waitMs = Number(response.headers.get('retry-after')) * 1000 || 0
    // A server of an older version than the page answered: until the deploy ends, trying again is no use.
    const again =
      ((response.ok && !foreign) || waitMs || status === 429 || status > 501) && problem.code !== 'newer_version'
    return { answer: { ok: false, problem }, waitMs: again ? waitMs : undefined }
  } catch {
    return { answer: { ok: false, problem: unreachable(0) }, waitMs: 0 }
  } finally {
    end()
  }
}

const problemOf = (status: number, code: string, title: string): Problem => ({
  type: 'about:blank',
  title,
  status,
  code,
  detail: `${title}.`,
})

/** The problem of a page that finds by itself that the store has lost what it had seen; `view` is what is there. */
export const rewound = <V extends View>(view: V): Problem<V> => ({
  ...problemOf(409, 'rewound', 'The last changes were lost'),
  view,
})

/** The problem of a page whose session is unknown to the request after the one that has begun it. */
export const noCookies: Problem = problemOf(409, 'no_cookies', 'This browser kept no cookie')

/** The problem of an answer that is none of ours: there is no server, or something before it has answered. */
export const unreachable = (status: number): Problem =>
  problemOf(status, status === 413 ? 'too_large' : 'offline', 'The server could not be reached')

/** The problem of a URL that something else answers than a flow: another route, a page, a redirect to one. */
function wrongUrl(url: string, { status, redirected, url: at }: Response): Problem {
  const title = `No flow answers at ${url}${redirected ? ` (${at})` : ''}`
  if (typeof process === 'object' && process.env.NODE_ENV === 'development')
    // biome-ignore lint/suspicious/noConsole: only in development, where the console is the place to be told.
    console.error(`dogear: ${title}. Is it where the routes are, with the basePath of next.config?`)
  return problemOf(status, 'wrong_url', title)
}
