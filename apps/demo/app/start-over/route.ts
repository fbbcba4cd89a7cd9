// Starting over as a plain form: a form can only POST, so this turns it into the DELETE that destroys the session.

import { pagesOf } from '../../flows/pages.ts'
import { localPath } from '../../lib/local-path.ts'
import { http } from '../../lib/server.ts'

export async function POST(request: Request): Promise<Response> {
  const form = await request.formData().catch(() => new FormData())
  const flow = pagesOf(form.get('flow'))?.flow ?? 'checkout'
  const headers = new Headers(request.headers)
  for (const name of ['content-type', 'content-length', 'transfer-encoding']) headers.delete(name)
  const answer = await http.handle(
    new Request(new URL(`/api/flows/${flow}`, request.url), { method: 'DELETE', headers }),
  )
  // No session means that there is nothing left to destroy, which is what was asked for.
  if (!answer.ok && answer.status !== 401 && answer.status !== 410) return answer
  const onward = new Headers({ location: localPath(form.get('then'), '/'), 'cache-control': 'no-store' })
  for (const cookie of answer.headers.getSetCookie()) onward.append('set-cookie', cookie)
  return new Response(null, { status: 303, headers: onward })
}
