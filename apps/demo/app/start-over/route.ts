// Starting over as a plain form that leads to a page of the shop's own choice.

import { checkoutPages } from '../../flows/checkout/pages.ts'
import { pagesOf } from '../../flows/pages.ts'
import { notFromHere, seeOther, withoutBody } from '../../lib/forms.ts'
import { localPath } from '../../lib/local-path.ts'
import { http } from '../../lib/server.ts'

export async function POST(request: Request): Promise<Response> {
  if (!http.isFromHere(request)) return notFromHere()
  const form = await request.formData().catch(() => new FormData())
  const { url, base } = pagesOf(form.get('flow')) ?? checkoutPages
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
