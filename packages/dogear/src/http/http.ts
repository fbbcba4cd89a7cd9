// The HTTP shell of an engine: one web-standard request in, one response out.

import type { Credential, Engine } from '../engine/contract.ts'
import { DogearError } from '../errors.ts'
import type { View } from '../wire.ts'
import { problem, problemAsPage } from './answer.ts'
import { bodyKind } from './body.ts'
import { toBrowser } from './browser.ts'
import { cookieSite, parseCookie } from './cookie.ts'
import { notHere } from './handler.ts'
import { type HttpOptions, type Settings, toSettings } from './options.ts'
import { checkOrigin } from './origin.ts'
import { toProblem } from './problem.ts'
import { fromAnywhere, type Methods, matchRoute, type Route } from './routes.ts'
import { explain } from './wiring/explain.ts'

export interface Http {
  /** Answers one request. Never rejects: every failure becomes a problem. */
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
  return {
    engine,
    basePath,
    async handle(request) {
      const route = matchRoute(basePath, new URL(request.url).pathname)
      let error: unknown
      const response = await dispatch(settings, request, route).catch((thrown: unknown) => {
        error = thrown
        return refuse(settings, request, { route, error })
      })
      // The store's clock, for pages that show how long something lasts.
      response.headers.set('Dogear-Now', String(engine.now()))
      if (settings.explain) await explain(settings, { request, response, flow: route?.flow, error })
      if (route && response.status === 405) response.headers.set('Allow', Object.keys(route.methods).join(', '))
      return request.method === 'HEAD' ? new Response(null, response) : response
    },
    readView: async (flowId, request) => engine.read(flowId, await toBrowser(settings, request).visitor(flowId)),
    cookieName: (flowId, origin) => site(flowId, origin).name,
    readCredential: (flowId, cookieHeader, origin) => parseCookie(site(flowId, origin).name, cookieHeader)?.credential,
  }
}

async function dispatch(settings: Settings, request: Request, route: Route | undefined): Promise<Response> {
  if (!route) throw notHere()
  const handler = Object.hasOwn(route.methods, request.method) && route.methods[request.method as keyof Methods]
  if (!handler) throw new DogearError('method_not_allowed', 'This address does not answer this method.')
  const safe = request.method === 'GET' || request.method === 'HEAD' || fromAnywhere.has(handler)
  if (!safe) checkOrigin(request, settings.origins)
  if (route.flow !== '' && !settings.engine.flows.has(route.flow))
    throw new DogearError('unknown_flow', 'There is no flow of this name.')
  const { flow, item } = route
  return await handler({ request, settings, browser: toBrowser(settings, request), flow, item })
}

function refuse(
  { report, engine, pagePath }: Settings,
  request: Request,
  { route, error }: { route: Route | undefined; error: unknown },
): Response {
  const refused = toProblem(error)
  if (refused.problem.status >= 500) report(error)
  if (!isFormSubmission(request)) return problem(refused)
  return problemAsPage(refused, route && engine.flows.has(route.flow) ? pagePath(route.flow, null) : undefined)
}

// Without JavaScript a person must get a page, not JSON, also for a failure.
function isFormSubmission(request: Request): boolean {
  return (
    request.method === 'POST' &&
    (bodyKind(request.headers.get('content-type')) === 'form' ||
      (request.headers.get('accept') ?? '').includes('text/html'))
  )
}
