// Routes of one session: its view, events, drafts, expiry, end.

import type { Reply } from '../../engine/contract.ts'
import { DogearError, isDogearError } from '../../errors.ts'
import type { Position } from '../../wire.ts'
import { json, noContent, problem, seeAgain, seeOther } from '../answer.ts'
import { readText, requireBodyKind } from '../body.ts'
import { askForCookie } from '../browser/cookie-support.ts'
import type { Answer, Incoming, Unsaid } from '../exchange.ts'
import { parseForm } from '../form.ts'
import {
  answer,
  clearIfRemoved,
  isForm,
  type RouteContext,
  readEither,
  readJson,
  readOptionalJson,
  toLocation,
} from '../handler.ts'
import { type ProblemReply, toProblem } from '../problem.ts'
import { members, toDraftBody, toEventRequest, toSeen } from '../request.ts'
import { viewIn } from '../words/said.ts'

export async function read({ settings, browser, spot }: RouteContext): Promise<Unsaid> {
  const view = await settings.engine.read(spot.flow, await browser.visitor(spot))
  return json((words) => viewIn(words, view))
}

export async function sendEvents(context: RouteContext): Promise<Unsaid> {
  const { request, settings, browser, spot } = context
  if (isForm(request)) return submitForm(context)
  requireBodyKind(request, ['json', 'form'])
  const event = toEventRequest(await readJson(context))
  const caller = browser.caller(spot)
  const reply = await settings.engine.send(spot.flow, caller instanceof Promise ? await caller : caller, event)
  return answer(context, spot, { reply, extra: { outcome: reply.outcome } })
}

async function submitForm({ request, settings, browser, spot }: RouteContext): Promise<Unsaid> {
  requireBodyKind(request, ['form'])
  const again = askForCookie(request, browser.site(spot))
  if (again) return again
  const form = parseForm(await readText(request, settings.maxBytes), settings.maxTextLength)
  const { path, problem, replies } = await settings.engine.sendForm(spot.flow, await browser.caller(spot), form)
  const overtaken = await askOnceRenewed(request, replies)
  if (overtaken) return overtaken
  const cookies = await Promise.all(
    replies.map(async (one) => [...((await browser.cookies(spot, one)) ?? []), ...clearIfRemoved(browser, spot, one)]),
  )
  return seeOther(toLocation(settings.pagePath(spot, path), problem), cookies.flat())
}

const mark = 'again'
const mostTimes = 2

/**
 * The answer to a form that left its page with the cookie of before a sign-in in the same browser: the same request
 * again, which a browser sends with the cookie it has by then. Undefined for all others, and where it was asked for
 * often enough.
 */
async function askOnceRenewed(request: Incoming, replies: readonly Reply[]): Promise<Answer | undefined> {
  const [waitMs] = replies.flatMap((one) => (one.outcome === 'rejected' ? (one.retryAfterMs ?? []) : []))
  const query = new URLSearchParams(request.query)
  const times = query.getAll(mark).length
  if (waitMs === undefined || times >= mostTimes) return undefined
  await new Promise((resolve) => setTimeout(resolve, waitMs))
  query.append(mark, '')
  return seeAgain(`${request.path}?${query}`, [])
}

export async function saveDraft(context: RouteContext): Promise<Unsaid> {
  const { settings, browser, spot, item } = context
  const draft = { ...toDraftBody(await readJson(context)), step: item }
  return answer(context, spot, {
    reply: await settings.engine.saveDraft(spot.flow, await browser.caller(spot), draft),
  })
}

export async function extend(context: RouteContext): Promise<Unsaid> {
  const { settings, browser, spot } = context
  members(await readOptionalJson(context), [])
  return answer(context, spot, { reply: await settings.engine.extend(spot.flow, await browser.visitor(spot)) })
}

export async function destroy(context: RouteContext): Promise<Unsaid> {
  const { browser, spot } = context
  const refusal = await end(context)
  if (refusal?.problem.code === 'effect_pending') return problem(refusal)
  if (!browser.token(spot)) throw new DogearError('no_session', 'There is no session to destroy.')
  return refusal ? problem(refusal, [browser.clear(spot)]) : noContent([browser.clear(spot)])
}

/**
 * `POST /:flow/restart`: ends the session that the page has seen, if it is there. The next event begins another.
 *
 * A page names its session by a position, so that a request that comes again, or from a page that was left open, ends
 * no session that has begun since.
 */
export async function restart(context: RouteContext): Promise<Unsaid> {
  const { request, settings, browser, spot } = context
  const refusal = await end(context, toSeen(await readEither(context, ['dogear.position'])))
  const { code } = refusal?.problem ?? {}
  const page = settings.pagePath(spot, null)
  if (code === 'effect_pending')
    return isForm(request) ? seeOther(toLocation(page, 'effect_pending'), []) : problem(refusal as ProblemReply)
  const isOther = code === 'other_session'
  const cookies = isOther ? [] : [browser.clear(spot)]
  if (isForm(request)) return seeOther(page, cookies)
  const visitor = await browser.visitor(spot)
  const view = await settings.engine.read(spot.flow, isOther ? visitor : { ...visitor, credential: undefined })
  const outcome = isOther ? 'duplicate' : 'applied'
  return json((words) => ({ outcome, view: viewIn(words, view) }), cookies)
}

/** Ends the browser's session for good. The refusal, if there was one that its page should know of. */
async function end({ settings, browser, spot }: RouteContext, seen?: Position): Promise<ProblemReply | undefined> {
  const visitor = await browser.visitor(spot)
  if (!visitor.credential) return undefined
  try {
    await settings.engine.destroy(spot.flow, visitor, seen)
    return undefined
  } catch (error) {
    // A session that is gone is what the person wanted; a cookie of no session is worth a problem.
    if (!isDogearError(error) || !endings.includes(error.code)) throw error
    if (error.code === 'session_gone') return undefined
    const { problem: refusal, ...retry } = toProblem(error)
    if (error.code === 'no_session') return { ...retry, problem: refusal }
    return { ...retry, problem: { ...refusal, view: await settings.engine.read(spot.flow, visitor) } }
  }
}

const endings: readonly string[] = ['effect_pending', 'session_gone', 'no_session', 'other_session']

/**
 * `POST /:flow/return`, for a provider that leads a person back by a form of its own site. The browser sends no cookie
 * along with that form, but it does with the page it is led on to. Reads nothing of it but the query the flow allows.
 */
export async function comeBack({ request, settings, spot }: RouteContext): Promise<Unsaid> {
  const given = new URLSearchParams(request.query)
  const allowed = settings.engine.flows.get(spot.flow)?.returnQuery ?? []
  const query = new URLSearchParams(
    allowed.flatMap((name) => given.getAll(name).map((value) => [name, value] as [string, string])),
  )
  const page = settings.pagePath(spot, null)
  return seeOther(query.size === 0 ? page : `${page}${page.includes('?') ? '&' : '?'}${query}`, [])
}
