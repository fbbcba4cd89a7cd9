// Starting over as a plain form: a form can only POST, so this turns it into the DELETE that destroys the session.

import { http } from '../../lib/server.ts'

export async function POST(request: Request): Promise<Response> {
  const headers = new Headers(request.headers)
  for (const name of ['content-type', 'content-length', 'transfer-encoding']) headers.delete(name)
  const answer = await http.handle(
    new Request(new URL('/api/flows/checkout', request.url), { method: 'DELETE', headers }),
  )
  // No session means that there is nothing left to destroy, which is what was asked for.
  if (!answer.ok && answer.status !== 401 && answer.status !== 410) return answer
  const home = new Headers({ location: '/', 'cache-control': 'no-store' })
  for (const cookie of answer.headers.getSetCookie()) home.append('set-cookie', cookie)
  return new Response(null, { status: 303, headers: home })
}
