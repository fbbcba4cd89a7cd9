// The methods of a Next route file, all answered by the same HTTP shell.

import { isDevelopment } from '../environment.ts'
import { errorPage } from '../errors.ts'
import type { Http } from '../http/index.ts'
import type { Problem } from '../wire.ts'

type Handler = (request: Request) => Promise<Response>

/** The import of a module that exports `http`, as a function. */
export type LoadHttp = () => Promise<{ readonly http: Http }>

/**
 * Everything `app/api/flows/[...path]/route.ts` has to export.
 *
 * A module that throws as it is evaluated, such as one with a flow that cannot be defined, leaves its route without an
 * answer. So give its import as a function: under `next dev` every request is then answered with what is wrong, which
 * the console says too, until that is mended. Anywhere else the module is evaluated at once, and an error is thrown.
 */
export function createRouteHandlers(
  from: Http | LoadHttp,
  development: boolean = isDevelopment(),
): Record<'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE', Handler> {
  const load: LoadHttp = typeof from === 'function' ? from : async () => ({ http: from })
  const loaded = development ? undefined : load()
  const answer: Handler = async (request) => (await (loaded ?? load())).http.handle(request)
  const handle: Handler = development ? (request) => answer(request).catch(toAnswer) : answer
  return { GET: handle, HEAD: handle, POST: handle, PUT: handle, DELETE: handle }
}

function toAnswer(cause: unknown): Response {
  // biome-ignore lint/suspicious/noConsole: only in development, where the console is the place to be told.
  console.error(cause)
  const problem: Problem = {
    type: errorPage('internal'),
    title: 'Internal Server Error',
    status: 500,
    code: 'internal',
    detail: cause instanceof Error ? cause.message : String(cause),
  }
  const headers = { 'content-type': 'application/problem+json', 'cache-control': 'private, no-store' }
  return new Response(JSON.stringify(problem), { status: 500, headers })
}
