// The request a handler answers, with the readers of its body, the writers of its answer.

import type { RejectedReply, Reply } from '../engine/contract.ts'
import { currentOf } from '../engine/reader.ts'
import { DogearError, isDogearError } from '../errors.ts'
import { json, problem, seeOther } from './answer.ts'
import { bodyKind, parseJson, readParsed, readText, requireBodyKind } from './body.ts'
import type { Browser } from './browser/browser.ts'
import type { Spot } from './browser/spot.ts'
import type { Incoming, Unsaid } from './exchange.ts'
import { parseFields } from './form.ts'
import type { Settings } from './options.ts'
import { toRejectedProblem } from './problem.ts'
import { type Said, viewIn } from './words/said.ts'

/** One request. `spot` is that of no flow in routes of none; `item` is the path's last part if the route has one. */
export type RouteContext = { request: Incoming; settings: Settings; browser: Browser; spot: Spot; item: string }

export type Handler = (context: RouteContext) => Promise<Unsaid>

/** A JSON body. */
export function readJson({ request, settings }: RouteContext): Promise<unknown> {
  requireBodyKind(request, ['json'])
  return readParsed(request, settings.maxBytes, (text) => parseJson(text, settings.maxTextLength))
}

/** A JSON body; an empty object if there is none. */
export async function readOptionalJson({ request, settings }: RouteContext): Promise<unknown> {
  const text = await readText(request, settings.maxBytes)
  if (text === '') return {}
  requireBodyKind(request, ['json'])
  return parseJson(text, settings.maxTextLength)
}

/** The members of a JSON body, which may be left out, or the fields of a form whose names are in `names`. */
export async function readEither(context: RouteContext, names: readonly string[]): Promise<unknown> {
  const { request, settings } = context
  if (!isForm(request)) return readOptionalJson(context)
  requireBodyKind(request, ['form'])
  return parseFields(await readText(request, settings.maxBytes), names, settings.maxTextLength)
}

/** True for a form without JavaScript: its sender expects a page. */
export function isForm(request: Incoming): boolean {
  return bodyKind(request.header('content-type')) === 'form'
}

/** The engine's reply as JSON, with the cookie if it gave the browser a credential for `spot`. */
export function answer(
  { browser }: Pick<RouteContext, 'browser'>,
  spot: Spot,
  { reply, extra }: { reply: Reply; extra?: object },
): Unsaid | Promise<Unsaid> {
  if (reply.outcome === 'rejected') return refused(browser, spot, reply)
  const body = (words: Said) => ({ view: viewIn(words, reply.view), ...extra })
  const cookies = browser.cookies(spot, reply)
  return cookies ? cookies.then((all) => json(body, all)) : json(body)
}

/** A rejection as a problem, with the view the page needs to catch up. */
export function refused(browser: Browser, spot: Spot, reply: RejectedReply): Unsaid {
  return problem(toRejectedProblem(reply), clearIfRemoved(browser, spot, reply))
}

/** Clears the cookie of a session ended for good. In all other cases the page tells why, or offers to go back. */
export function clearIfRemoved(browser: Browser, spot: Spot, reply: Reply): string[] {
  return reply.outcome === 'rejected' && reply.view.gone?.why === 'removed' ? [browser.clear(spot)] : []
}

// Problems that a page of the flow shows to the person. All others get a page of their own.
const shownOnPage: readonly string[] = [
  ...['handoff_gone', 'other_session', 'not_accepted', 'session_gone', 'no_session'],
  ...['not_signed_in', 'not_found'],
]

/** Answers a script as `answer` does; leads a form to the flow's current step, or to `back` with the problem. */
export async function answerEither(
  context: RouteContext,
  back: string,
  run: () => Promise<{ spot: Spot; reply: Reply; extra?: object }>,
): Promise<Unsaid> {
  const { request, browser, settings } = context
  if (!isForm(request)) {
    const { spot, ...answered } = await run()
    return answer(context, spot, answered)
  }
  try {
    const { spot, reply } = await run()
    if (reply.outcome === 'rejected')
      return seeOther(toLocation(back, reply.code), clearIfRemoved(browser, spot, reply))
    return seeOther(settings.pagePath(spot, currentOf(reply.view).path), (await browser.cookies(spot, reply)) ?? [])
  } catch (error) {
    if (!isDogearError(error) || !shownOnPage.includes(error.code)) throw error
    return seeOther(toLocation(back, error.code), [])
  }
}

/** The URL of `page`, with the problem it has to show, if any. */
export function toLocation(page: string, problem: string | null): string {
  return problem === null ? page : `${page}${page.includes('?') ? '&' : '?'}problem=${problem}`
}

/** The answer of routes that the application's options leave out. */
export function notHere(): DogearError {
  return new DogearError('not_found', 'There is nothing at this address.')
}

/** The options of handoffs. Without them their routes do not exist. */
export function handoffsOf({ handoff }: Settings): NonNullable<Settings['handoff']> {
  if (!handoff) throw notHere()
  return handoff
}
