// Refusals by routes of the shop's own: plain text, in the language of the request.

import type { Http } from 'dogear/http'
import { type Text, wordsOf } from '../words/words.ts'
import { textsOf, toLang } from './language.ts'

type Speaking = Pick<Http, 'readWords'>

/** The refusal of a form that a page of another site has sent. */
export async function notFromHere(http: Speaking, request: Request): Promise<Response> {
  const { lang, problems } = await http.readWords(request)
  return inPlainText(problems.origin_refused, { lang, status: 403 })
}

/** A refusal for a reason of the shop's own. */
export async function refusal(
  http: Speaking,
  request: Request,
  { text, status }: { text: Text; status: number },
): Promise<Response> {
  const lang = toLang((await http.readWords(request)).lang) ?? 'en'
  return inPlainText(wordsOf(lang, textsOf(lang)).t(text), { lang, status })
}

function inPlainText(text: string, { lang, status }: { lang: string; status: number }): Response {
  const headers = {
    'content-type': 'text/plain; charset=utf-8',
    'content-language': lang,
    'cache-control': 'private, no-store',
    vary: 'Cookie, Accept-Language',
  }
  return new Response(text, { status, headers })
}
