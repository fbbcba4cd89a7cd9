// The HTTP shell: one web-standard request in, one response out, for every route of a set of flows.

import { randomBytes } from 'node:crypto'
import type { Caller, Credential, Engine, Reply } from '../engine/engine.ts'
import { DogearError, isDogearError } from '../errors.ts'
import { json, noContent, problem, problemPage, seeOther, withoutBody } from './answer.ts'
import { bodyKind, readText, requireBodyKind } from './body.ts'
import { clearCookie, cookieSite, mintCredential, parseCredential, setCookie } from './cookie.ts'
import { parseForm } from './form.ts'
import { type PagePath, sendForm } from './form-reply.ts'
import { parseJson } from './json.ts'
import { checkOrigin, ownOrigin } from './origin.ts'
import { toRefusal, toRejection } from './problem.ts'
import { toDraftRequest, toEventRequest } from './request.ts'
import { matchRoute, methods, type Route } from './routes.ts'
import { isGone, orGone, sendEvent } from './send.ts'

export type HttpOptions = {
  engine: Engine
  /** Where the routes are mounted. Default `/api/flows`. */
  basePath?: string
  /** Further origins whose pages may send events, such as `https://shop.example` behind a proxy that ends TLS. */
  origins?: readonly string[]
  /** Allows the cookie without `Secure` on http://localhost even in production. Default false. */
  insecureOnLocalhost?: boolean
  /** Default true: only say otherwise where it is known. */
  production?: boolean
  /** The page of a step, for forms without JavaScript. Default `/<flow>/<step path>`, and `/<flow>` for null. */
  pagePath?: PagePath
  /** The most bytes read of one request. Default 64 KiB. */
  maxBytes?: number
  /** Told the cause of every answer of 500 and above; the client is not. */
  onError?: (cause: unknown) => void
  random?: (size: number) => Uint8Array
}

export interface Http {
  /** Answers one request. Never rejects: what goes wrong becomes a problem. */
  handle(request: Request): Promise<Response>
  readonly engine: Engine
  /**
   * The credential a `Cookie` header holds for a flow, or undefined. Reads no store. `origin` is what the browser addressed,
   * such as `http://localhost:3000`; without it the secure cookie is looked for.
   */
  readCredential(flowId: string, cookieHeader: string | null, origin?: string): Credential | undefined
  cookieName(flowId: string, origin?: string): string
}

/** One request on its way: what was asked, and what came with it. */
type Exchange = {
  request: Request
  route: Route
  caller: Caller
  cookies: (replies: readonly Reply[]) => string[]
  clear: string
}

/** Builds the HTTP shell around an engine; throws `TypeError` for options that cannot work. */
export function createHttp(options: HttpOptions): Http {
  const {
    engine,
    origins = [],
    insecureOnLocalhost = false,
    production = true,
    maxBytes = 64 * 1024,
    random = randomBytes,
  } = options
  const {
    basePath = '/api/flows',
    pagePath = (flow, step) => (step === null ? `/${flow}` : `/${flow}/${step}`),
    onError = () => {},
  } = options
  if (!/^(\/[^/?#]+)+$/.test(basePath))
    throw new TypeError(`basePath "${basePath}" must start with a slash and not end with one`)
  if (!(maxBytes > 0)) throw new TypeError(`maxBytes ${maxBytes} must be positive`)
  for (const origin of origins) {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin)
      throw new TypeError(`"${origin}" in origins is not an origin such as https://shop.example`)
  }
  const site = (flowId: string, origin = 'https://') => cookieSite(flowId, origin, insecureOnLocalhost || !production)

  function open(request: Request, route: Route): Exchange {
    const where = site(route.flow, ownOrigin(request))
    const tokens = new Map<string, string>()
    const mint = () => {
      const { credential, token } = mintCredential(random)
      tokens.set(credential.id, token)
      return credential
    }
    const maxAgeMs = engine.flows.get(route.flow)?.lifetime.absoluteMs ?? 0
    return {
      request,
      route,
      caller: { credential: parseCredential(where.name, request.headers.get('cookie')), mint },
      clear: clearCookie(where),
      cookies: (replies) =>
        replies.flatMap((reply) => {
          const token = reply.created && tokens.get(reply.created.id)
          return token === undefined ? [] : [setCookie(where, token, maxAgeMs)]
        }),
    }
  }

  async function events(exchange: Exchange): Promise<Response> {
    const { request, route, caller, cookies, clear } = exchange
    const kind = requireBodyKind(request, ['json', 'form'])
    const text = await readText(request, maxBytes)
    if (kind === 'json')
      return answer(exchange, await sendEvent(engine, route.flow, caller, toEventRequest(parseJson(text))))
    const { location, replies } = await sendForm(engine, caller, route.flow, parseForm(text), pagePath)
    return seeOther(location, isGone(replies[0]) ? [clear] : cookies(replies))
  }

  async function draft(exchange: Exchange): Promise<Response> {
    const { request, route, caller } = exchange
    requireBodyKind(request, ['json'])
    const { opId, values } = toDraftRequest(parseJson(await readText(request, maxBytes)))
    const saved = engine.saveDraft(route.flow, caller, { opId, step: route.step, values })
    return answer(exchange, await orGone(engine, route.flow, saved))
  }

  async function destroy({ route, caller, clear }: Exchange): Promise<Response> {
    if (!caller.credential) throw new DogearError('no_session', 'There is no session to destroy.')
    await engine.destroy(route.flow, caller.credential).catch((error: unknown) => {
      // Gone already is what was asked for; the cookie still has to go.
      if (!isDogearError(error) || error.code !== 'session_gone') throw error
    })
    return noContent([clear])
  }

  function answer({ route, cookies, clear }: Exchange, reply: Reply): Response {
    if (reply.outcome === 'rejected') return problem(toRejection(reply), isGone(reply) ? [clear] : [])
    const { outcome, view } = reply
    return json(route.resource === 'events' ? { outcome, view } : { view }, cookies([reply]))
  }

  async function dispatch(request: Request, route: Route): Promise<Response> {
    const safe = request.method === 'GET' || request.method === 'HEAD'
    if (!safe) checkOrigin(request, origins)
    if (!engine.flows.has(route.flow)) throw new DogearError('unknown_flow', 'There is no flow of this name.')
    const exchange = open(request, route)
    if (route.resource === 'events') return await events(exchange)
    if (route.resource === 'draft') return await draft(exchange)
    if (!safe) return await destroy(exchange)
    return json(await engine.read(route.flow, exchange.caller.credential))
  }

  function refuse(request: Request, route: Route | undefined, error: unknown): Response {
    const refusal = toRefusal(error)
    if (refusal.problem.status >= 500) {
      try {
        onError(error)
      } catch {
        // A reporter that fails must not take the answer with it.
      }
    }
    if (!isFormSubmission(request)) return problem(refusal)
    return problemPage(refusal, route && engine.flows.has(route.flow) ? pagePath(route.flow, null) : undefined)
  }

  async function handle(request: Request): Promise<Response> {
    const route = matchRoute(basePath, new URL(request.url).pathname)
    try {
      if (!route) throw new DogearError('not_found', 'There is nothing at this address.')
      if (!methods[route.resource].includes(request.method))
        throw new DogearError('method_not_allowed', 'This address does not answer this method.')
      const response = await dispatch(request, route)
      return request.method === 'HEAD' ? withoutBody(response) : response
    } catch (error) {
      const response = refuse(request, route, error)
      if (route && response.status === 405) response.headers.set('Allow', methods[route.resource].join(', '))
      return request.method === 'HEAD' ? withoutBody(response) : response
    }
  }

  return {
    handle,
    engine,
    cookieName: (flowId, origin) => site(flowId, origin).name,
    readCredential: (flowId, cookieHeader, origin) => parseCredential(site(flowId, origin).name, cookieHeader),
  }
}

// Someone without JavaScript should see a page, not JSON, whatever went wrong.
function isFormSubmission(request: Request): boolean {
  return (
    request.method === 'POST' &&
    (bodyKind(request.headers.get('content-type')) === 'form' ||
      (request.headers.get('accept') ?? '').includes('text/html'))
  )
}
