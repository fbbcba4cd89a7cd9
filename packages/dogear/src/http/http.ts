// The HTTP shell of an engine: one web-standard request in, one response out.

import type { Credential, Engine } from '../engine/contract.ts'
import { DogearError } from '../errors.ts'
import type { View } from '../wire.ts'
import { problem, problemAsPage } from './answer.ts'
import { bodyKind } from './body.ts'
import { toBrowser } from './browser/browser.ts'
import { cookieSite, parseCookie } from './browser/cookie.ts'
import type { Answer, Incoming } from './exchange.ts'
import { fromRequest, toResponse } from './fetch.ts'
import { notHere } from './handler.ts'
import { type HttpOptions, type Settings, toSettings } from './options.ts'
import { checkOrigin, requireHost } from './origin.ts'
import { toProblem } from './problem.ts'
import { fromAnywhere, type Methods, matchRoute, type Route } from './routes.ts'
import { explain } from './wiring/explain.ts'

export interface Http {
  /** Answers one request, whatever server it came through. Never rejects: every failure becomes a problem. */
  answer(request: Incoming): Promise<Answer>
  /** As `answer`, for a web-standard request. */
  handle(request: Request): Promise<Response>
  readonly engine: Engine
  /** Where the routes are mounted. */
  readonly basePath: string
  /** The view that `GET /:flow` answers with, for a server that renders a page. Rejects where that is a problem. */
  readView(flowId: string, request: Request): Promise<View>
  /** The credential in a `Cookie` header; reads no store. Without the browser's `origin` only secure cookies count. */
  readCredential(flowId: string, cookieHeader: string | null, origin?: string): Credential | undefined
  cookieName(flowId: string, origin?: string): string
}

/** Builds the HTTP shell around an engine; throws `TypeError` for options that cannot work. */
export function createHttp(options: HttpOptions): Http {
  const settings = toSettings(options)
  const { engine, basePath } = settings
  const site = (flowId: string, origin = 'https://') => cookieSite(flowId, origin, settings.relaxedCookie)

  async function answer(request: Incoming): Promise<Answer> {
    const route = matchRoute(basePath, request.path)
    let error: unknown
    let given: Answer
    try {
      given = await dispatch(settings, request, route)
    } catch (thrown) {
      error = thrown
      given = refuse(settings, request, { route, error })
    }
    if (settings.explain) await explain(settings, { request, answer: given, flow: route?.flow, error })
    // The store's clock, for pages that show how long something lasts.
    const headers: Record<string, string> = { 'Dogear-Now': String(engine.now()), ...given.headers }
    if (route && given.status === 405) headers.Allow = Object.keys(route.methods).join(', ')
    return { ...given, headers, body: request.method === 'HEAD' ? null : given.body }
  }

  return {
    engine,
    basePath,
    answer,
    handle: async (request) => toResponse(await answer(fromRequest(request))),
    readView: async (flowId, request) =>
      engine.read(flowId, await toBrowser(settings, fromRequest(request)).visitor(flowId)),
    cookieName: (flowId, origin) => site(flowId, origin).name,
    readCredential: (flowId, cookieHeader, origin) => parseCookie(site(flowId, origin).name, cookieHeader)?.credential,
  }
}

function dispatch(settings: Settings, request: Incoming, route: Route | undefined): Promise<Answer> {
  if (!route) throw notHere()
  requireHost(request)
  const handler = Object.hasOwn(route.methods, request.method) && route.methods[request.method as keyof Methods]
  if (!handler) throw new DogearError('method_not_allowed', 'This address does not answer this method.')
  const safe = request.method === 'GET' || request.method === 'HEAD' || fromAnywhere.has(handler)
  if (!safe) checkOrigin(request, settings.origins)
  if (route.flow !== '' && !settings.engine.flows.has(route.flow))
    throw new DogearError('unknown_flow', 'There is no flow of this name.')
  const { flow, item } = route
  return handler({ request, settings, browser: toBrowser(settings, request), flow, item })
}

function refuse(
  { report, engine, pagePath }: Settings,
  request: Incoming,
  { route, error }: { route: Route | undefined; error: unknown },
): Answer {
  const refused = toProblem(error)
  if (refused.problem.status >= 500) report(error)
  if (!isFormSubmission(request)) return problem(refused)
  return problemAsPage(refused, route && engine.flows.has(route.flow) ? pagePath(route.flow, null) : undefined)
}

// Without JavaScript a person must get a page, not JSON, also for a failure.
function isFormSubmission(request: Incoming): boolean {
  return (
    request.method === 'POST' &&
    (bodyKind(request.header('content-type')) === 'form' || (request.header('accept') ?? '').includes('text/html'))
  )
}
