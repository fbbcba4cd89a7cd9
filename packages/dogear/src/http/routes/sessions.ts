// Routes of one session: its view, events, drafts, expiry, end.

import { DogearError, isDogearError } from '../../errors.ts'
import { json, noContent, problem, seeOther } from '../answer.ts'
import { readText, requireBodyKind } from '../body.ts'
import { parseForm } from '../form.ts'
import { formLocation } from '../form-reply.ts'
import { answer, clearIfRemoved, type Exchange, isForm, readJson, readOptionalJson } from '../handler.ts'
import { toProblem } from '../problem.ts'
import { members, toDraftBody, toEventRequest } from '../request.ts'

export async function read({ settings, browser, flow }: Exchange): Promise<Response> {
  return json(await settings.engine.read(flow, await browser.visitor(flow)))
}

export async function sendEvents(exchange: Exchange): Promise<Response> {
  const { request, settings, browser, flow } = exchange
  if (isForm(request)) return submitForm(exchange)
  requireBodyKind(request, ['json', 'form'])
  const event = toEventRequest(await readJson(exchange))
  const reply = await settings.engine.send(flow, await browser.caller(flow), event)
  return answer(exchange, flow, { reply, extra: { outcome: reply.outcome } })
}

async function submitForm({ request, settings, browser, flow }: Exchange): Promise<Response> {
  requireBodyKind(request, ['form'])
  const form = parseForm(await readText(request, settings.maxBytes))
  const { engine, pagePath } = settings
  const reply = await engine.sendForm(flow, await browser.caller(flow), form)
  const cookies = reply.replies.flatMap((reply) => [
    ...browser.cookies(flow, reply),
    ...clearIfRemoved(browser, flow, reply),
  ])
  return seeOther(formLocation(pagePath, flow, reply), cookies)
}

export async function saveDraft(exchange: Exchange): Promise<Response> {
  const { settings, browser, flow, item } = exchange
  const draft = { ...toDraftBody(await readJson(exchange)), step: item }
  return answer(exchange, flow, { reply: await settings.engine.saveDraft(flow, await browser.caller(flow), draft) })
}

export async function extend(exchange: Exchange): Promise<Response> {
  const { settings, browser, flow } = exchange
  members(await readOptionalJson(exchange), [])
  return answer(exchange, flow, { reply: await settings.engine.extend(flow, await browser.visitor(flow)) })
}

export async function destroy({ settings, browser, flow }: Exchange): Promise<Response> {
  const visitor = await browser.visitor(flow)
  if (!visitor.credential) throw new DogearError('no_session', 'There is no session to destroy.')
  try {
    await settings.engine.destroy(flow, visitor)
  } catch (error) {
    if (!isDogearError(error) || (error.code !== 'session_gone' && error.code !== 'no_session')) throw error
    // The session is gone, as the person wanted, so only a cookie of no session is worth a problem.
    if (error.code === 'no_session') return problem(toProblem(error), [browser.clear(flow)])
  }
  return noContent([browser.clear(flow)])
}
