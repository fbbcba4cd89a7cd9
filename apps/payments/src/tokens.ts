// `POST /tokens`: JSON for pages that run scripts, a form with a redirect for those that do not.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { cardProblems, tokenFor } from './cards.ts'
import { readBody, readJson, refusal } from './requests.ts'
import { sendJson } from './responses.ts'

/** The form's `return_to`. Only pages of allowed origins are accepted, else this would be an open redirect. */
function returnUrl(returnTo: string | null, origins: ReadonlySet<string>): URL {
  const url = returnTo !== null && URL.canParse(returnTo) ? new URL(returnTo) : undefined
  if (url && origins.has(url.origin)) return url
  throw refusal(400, 'invalid_return_to', 'return_to must be a page of the shop.')
}

async function answerForm(
  request: IncomingMessage,
  response: ServerResponse,
  origins: ReadonlySet<string>,
): Promise<void> {
  const form = new URLSearchParams(await readBody(request))
  const back = returnUrl(form.get('return_to'), origins)
  for (const name of ['cardToken', 'last4', 'cardError']) back.searchParams.delete(name)
  const result = tokenFor(form.get('cardNumber') ?? '')
  if ('problem' in result) {
    back.searchParams.set('cardError', result.problem)
  } else {
    back.searchParams.set('cardToken', result.token)
    back.searchParams.set('last4', result.last4)
  }
  response.writeHead(303, { location: back.href, 'cache-control': 'no-store' }).end()
}

/** Trades `cardNumber` for `{ token, last4 }`; a number that is no test card is 422 with a code and a message. */
export async function answerTokens(
  request: IncomingMessage,
  response: ServerResponse,
  origins: ReadonlySet<string>,
): Promise<void> {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  if (type === 'application/x-www-form-urlencoded') return answerForm(request, response, origins)
  if (type !== 'application/json') throw refusal(415, 'unsupported_media_type', 'Send JSON or a form.')
  const { cardNumber } = await readJson(request)
  if (typeof cardNumber !== 'string') throw refusal(400, 'invalid_request', 'cardNumber must be a text.')
  const result = tokenFor(cardNumber)
  if ('problem' in result) throw refusal(422, result.problem, cardProblems[result.problem])
  sendJson(response, 200, result)
}
