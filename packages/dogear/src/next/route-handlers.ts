// The methods of a Next route file, all answered by the same HTTP shell.

import type { Http } from '../http/index.ts'

type Handler = (request: Request) => Promise<Response>

/** Everything `app/api/flows/[...path]/route.ts` has to export. */
export function createRouteHandlers(http: Http): Record<'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE', Handler> {
  const handle: Handler = (request) => http.handle(request)
  return { GET: handle, HEAD: handle, POST: handle, PUT: handle, DELETE: handle }
}
