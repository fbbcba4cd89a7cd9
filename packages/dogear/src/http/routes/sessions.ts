// Routes of one session: its view, events, drafts, expiry, end.

import { DogearError, isDogearError } from '../../errors.ts'
import { json, noContent, problem, seeOther } from '../answer.ts'
import { readText, requireBodyKind } from '../body.ts'
import { parseForm } from '../form.ts'
import {
  answer,
  clearIfRemoved,
  isForm,
  type RouteContext,
  readJson,
  readOptionalJson,
  toLocation,
} from '../handler.ts'
import { toProblem } from '../problem.ts'
import { members, toDraftBody, toEventRequest } from '../request.ts'

export async function read({ settings, browser, flow }: RouteContext): Promise<Response> {
  return json(await settings.engine.read(flow, await browser.visitor(flow)))
}

export async function sendEvents(context: RouteContext): Promise<Response> {
  const { request, settings, browser, flow } = context
  if (isForm(request)) return submitForm(context)
  requireBodyKind(request, ['json', 'form'])
  const event = toEventRequest(await readJson(context))
  const reply = await settings.engine.send(flow, await browser.caller(flow), event)
  return answer(context, flow, { reply, extra: { outcome: reply.outcome } })
}

async function submitForm({ request, settings, browser, flow }: RouteContext): Promise<Response> {
  requireBodyKind(request, ['form'])
  const form = parseForm(await readText(request, settings.maxBytes))
  const { path, problem, replies } = await settings.engine.sendForm(flow, await browser.caller(flow), form)
  const cookies = replies.flatMap((one) => [...browser.cookies(flow, one), ...clearIfRemoved(browser, flow, one)])
  return seeOther(toLocation(settings.pagePath(flow, path), problem), cookies)
}

export async function saveDraft(context: RouteContext): Promise<Response> {
  const { settings, browser, flow, item } = context
  const draft = { ...toDraftBody(await readJson(context)), step: item }
  return answer(context, flow, { reply: await settings.engine.saveDraft(flow, await browser.caller(flow), draft) })
}

export async function extend(context: RouteContext): Promise<Response> {
  const { settings, browser, flow } = context
  members(await readOptionalJson(context), [])
  return answer(context, flow, { reply: await settings.engine.extend(flow, await browser.visitor(flow)) })
}

export async function destroy({ settings, browser, flow }: RouteContext): Promise<Response> {
  const visitor = await browser.visitor(flow)
  if (!visitor.credential) throw new DogearError('no_session', 'There is no session to destroy.')
  try {
    await settings.engine.destroy(flow, visitor)
  } catch (error) {
    if (!isDogearError(error)) throw error
    if (error.code === 'effect_pending') {
      const { problem: refusal, ...retry } = toProblem(error)
      return problem({ ...retry, problem: { ...refusal, view: await settings.engine.read(flow, visitor) } })
    }
    if (error.code !== 'session_gone' && error.code !== 'no_session') throw error
    // The session is gone, as the person wanted, so only a cookie of no session is worth a problem.
    if (error.code === 'no_session') return problem(toProblem(error), [browser.clear(flow)])
  }
  return noContent([browser.clear(flow)])
}
