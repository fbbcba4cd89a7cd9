// The choice of a language as a plain form, which leads back to the page it came from, loaded anew in that language.

import { insecureOnLocalhost } from '../../lib/addresses.ts'
import { seeOther } from '../../lib/forms.ts'
import { languageCookie, toLang } from '../../lib/language.ts'
import { localPath } from '../../lib/local-path.ts'
import { notFromHere, refusal } from '../../lib/refusals.ts'
import { http } from '../../lib/server.ts'

const yearSeconds = 365 * 24 * 60 * 60

export async function POST(request: Request): Promise<Response> {
  if (!http.isFromHere(request)) return notFromHere(http, request)
  const form = await request.formData().catch(() => new FormData())
  const lang = toLang(form.get('lang'))
  if (!lang) return refusal(http, request, { text: 'This shop does not speak this language.', status: 400 })
  const answer = seeOther(pageBefore(request))
  const secure = insecureOnLocalhost ? '' : '; Secure'
  const cookie = `${languageCookie}=${lang}; Path=/; Max-Age=${yearSeconds}; SameSite=Lax; HttpOnly${secure}`
  answer.headers.append('set-cookie', cookie)
  return answer
}

/** The path of the page with the form, without the problem it may have shown. */
function pageBefore(request: Request): string {
  const referrer = request.headers.get('referer') ?? ''
  if (!URL.canParse(referrer)) return '/'
  const { pathname, searchParams } = new URL(referrer)
  searchParams.delete('problem')
  return localPath(searchParams.size === 0 ? pathname : `${pathname}?${searchParams}`, '/')
}
