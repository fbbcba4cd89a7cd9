// Starting over as a plain form that leads to a page of the shop's own choice.

import { pagesOf } from '../../flows/pages.ts'
import { seeOther, withoutBody } from '../../lib/forms.ts'
import { localPath } from '../../lib/local-path.ts'
import { notFromHere, refusal } from '../../lib/refusals.ts'
import { http } from '../../lib/server.ts'

export async function POST(request: Request): Promise<Response> {
  if (!http.isFromHere(request)) return notFromHere(http, request)
  const form = await request.formData().catch(() => new FormData())
  const pages = pagesOf(form.get('flow'))
  // Whatever the form meant, it is not the order that is under way.
  if (!pages) return refusal(http, request, { text: 'There is nothing of this name to start over.', status: 400 })
  const { url, base } = pages
  const answer = await http.handle(
    new Request(new URL(`${url}/restart`, request.url), {
      method: 'POST',
      headers: withoutBody(request.headers),
    }),
  )
  // A charge that is under way has to come to its end first.
  if (answer.status === 409) return seeOther(`${base}?problem=effect_pending`, answer)
  if (!answer.ok) return answer
  return seeOther(localPath(form.get('then'), '/'), answer)
}
