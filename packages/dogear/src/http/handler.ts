// One request on its way through: what was asked, what came with it, and how a handler answers.

import type { Reply } from '../engine/engine.ts'
import { DogearError, isDogearError } from '../errors.ts'
import type { View } from '../wire.ts'
import { json, problem, seeOther } from './answer.ts'
import { bodyKind, readText, requireBodyKind } from './body.ts'
import type { Browser } from './browser.ts'
import { parseFields } from './form.ts'
import { currentPath, withProblem } from './form-reply.ts'
import { parseJson } from './json.ts'
import type { Settings } from './options.ts'
import { toRejection } from './problem.ts'

/** `flow` is empty in routes of no flow; `item` is what the last part of the path names, or empty. */
export type Exchange = { request: Request; settings: Settings; browser: Browser; flow: string; item: string }

export type Handler = (exchange: Exchange) => Promise<Response>

type Rejection = Extract<Reply, { outcome: 'rejected' }>

/** A JSON body. */
export async function readJson({ request, settings }: Exchange): Promise<unknown> {
  requireBodyKind(request, ['json'])
  return parseJson(await readText(request, settings.maxBytes))
}

/** A JSON body that may be left out: then it is an empty object. */
export async function readOptionalJson({ request, settings }: Exchange): Promise<unknown> {
  const text = await readText(request, settings.maxBytes)
  if (text === '') return {}
  requireBodyKind(request, ['json'])
  return parseJson(text)
}

/** The members of a JSON body, which may be left out, or those fields of a form that have one of `names`. */
export async function readEither(exchange: Exchange, names: readonly string[]): Promise<unknown> {
  const { request, settings } = exchange
  if (!isForm(request)) return readOptionalJson(exchange)
  requireBodyKind(request, ['form'])
  return parseFields(await readText(request, settings.maxBytes), names)
}

/** Whether someone without JavaScript sent this, who wants to be led to a page. */
export function isForm(request: Request): boolean {
  return bodyKind(request.headers.get('content-type')) === 'form'
}

/** What the engine replied, as JSON, with the cookie if it gave the browser a credential for `flow`. */
export function answer(
  { browser }: Exchange,
  flow: string,
  { reply, extra }: { reply: Reply; extra?: object },
): Response {
  if (reply.outcome === 'rejected') return refused(browser, flow, reply)
  return json({ ...extra, view: reply.view }, browser.cookies(flow, reply))
}

/** A rejection as a problem, with the view the page needs to catch up. */
export function refused(browser: Browser, flow: string, reply: Rejection): Response {
  return problem(toRejection(reply), clearIfRemoved(browser, flow, reply))
}

/** A browser whose session was ended for good may as well forget it; in all other cases it is told why, or there is a way back. */
export function clearIfRemoved(browser: Browser, flow: string, reply: Reply): string[] {
  return reply.outcome === 'rejected' && reply.view.gone?.why === 'removed' ? [browser.clear(flow)] : []
}

// What a page can say to the person; everything else is a page of its own.
const shownOnPage: readonly string[] = [
  ...['handoff_gone', 'other_session', 'not_accepted', 'session_gone', 'no_session'],
  ...['not_signed_in', 'not_found'],
]

/** Leads a form to the page of the flow's current step, or to `back` with the problem. */
export async function replyRedirect(
  { browser, settings }: Exchange,
  back: string,
  doing: () => Promise<{ flow: string; reply: Reply }>,
): Promise<Response> {
  try {
    const { flow, reply } = await doing()
    if (reply.outcome === 'rejected')
      return seeOther(withProblem(back, reply.code), clearIfRemoved(browser, flow, reply))
    return seeOther(pageOf(settings, flow, reply.view), browser.cookies(flow, reply))
  } catch (error) {
    if (!isDogearError(error) || !shownOnPage.includes(error.code)) throw error
    return seeOther(withProblem(back, error.code), [])
  }
}

const pageOf = ({ pagePath }: Settings, flow: string, view: View): string => pagePath(flow, currentPath(view))

/** For routes of something the application has no use for. */
export function notHere(): DogearError {
  return new DogearError('not_found', 'There is nothing at this address.')
}

/** What the routes of handoffs go by; without it there are none. */
export function handoffsOf({ handoff }: Settings): NonNullable<Settings['handoff']> {
  if (!handoff) throw notHere()
  return handoff
}
