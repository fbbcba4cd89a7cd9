// The HTTP shell of an engine: one web-standard request in, one response out.

import { tagOf } from '../engine/access.ts'
import type { Credential, Engine } from '../engine/contract.ts'
import type { About } from '../engine/foreign.ts'
import type { Noted } from '../engine/log/line.ts'
import { DogearError } from '../errors.ts'
import type { Progress, View } from '../wire.ts'
import { inWords, problem, problemAsPage } from './answer.ts'
import { bodyKind } from './body.ts'
import { toBrowser } from './browser/browser.ts'
import { cookieSite, parseCookie } from './browser/cookie.ts'
import { isKey, nameOf, type Spot, spotOf, toSpot } from './browser/spot.ts'
import { viewsHere } from './browser/views-here.ts'
import type { Answer, Incoming, Unsaid } from './exchange.ts'
import { fromRequest, toResponse } from './fetch.ts'
import { notHere } from './handler.ts'
import { type HttpOptions, type Settings, toSettings } from './options.ts'
import { checkOrigin, isFromHere, requireHost } from './origin.ts'
import { toProblem } from './problem.ts'
import { fromAnywhere, type Methods, matchRoute, type Route } from './routes.ts'
import { explain } from './wiring/explain.ts'
import { none, sayIn } from './words/ask.ts'
import { type Catalogue, completed, english } from './words/catalogue.ts'
import { viewIn } from './words/said.ts'

/** An engine behind HTTP, from `createHttp`; `dogear/next`, `dogear/node` and `dogear/web` take it. */
export interface Http {
  /** Answers one request, whatever server it came through. Never rejects: every failure becomes a problem. */
  answer(request: Incoming): Promise<Answer>
  /** As `answer`, for a web-standard request. */
  handle(request: Request): Promise<Response>
  readonly engine: Engine
  /** Where the routes are mounted. */
  readonly basePath: string
  /** True if a page of this site has sent the request: the gate of the routes, for unsafe routes of your own. */
  isFromHere(request: Request): boolean
  /**
   * The view that `GET /:flow` answers with, for a server that renders a page. Rejects where that is a problem. `name`,
   * here and below, is that of the flow in the routes: `checkout`, or `checkout@order-42` for the session under a key.
   */
  readView(name: string, request: Request): Promise<View>
  /** The progress of the effects under way, for a server that renders a page. Rejects as `readView` does. */
  readProgress(name: string, request: Request): Promise<Progress>
  /**
   * The views of all sessions of a flow that the request's browser has, the one kept longest first; their `key` tells
   * them apart. Without those that are gone. Rejects with `store_unavailable`, and leaves out what cannot be shown.
   */
  readViews(flow: string, request: Request): Promise<View[]>
  /** The words for a page's request, as `messages` gives them, with what it leaves out in English. Never rejects. */
  readWords(request: Request): Promise<Catalogue>
  /** The credential in a `Cookie` header; reads no store. Without the browser's `origin` only secure cookies count. */
  readCredential(name: string, cookieHeader: string | null, origin?: string): Credential | undefined
  /** The name of the cookie of a flow; it depends on the scheme of the browser's `origin`. */
  cookieName(name: string, origin?: string): string
}

/** Builds the HTTP shell around an engine; throws `TypeError` for options that cannot work. */
export function createHttp(options: HttpOptions): Http {
  const settings = toSettings(options)
  const { engine, basePath } = settings
  const site = (name: string, origin = 'https://') => cookieSite(toSpot(name).cookie, origin, settings.relaxedCookie)

  async function answer(request: Incoming): Promise<Answer> {
    const route = matchRoute(basePath, request.path)
    let error: unknown
    let given: Unsaid
    try {
      given = await dispatch(settings, request, route)
    } catch (thrown) {
      error = thrown
      given = refuse(settings, request, { route, error })
    }
    if (settings.explain)
      await explain(settings, { request, problem: given.problem, flow: route && nameOf(route), error })
    const saying = say(settings, request, given)
    const said = saying instanceof Promise ? await saying : saying
    // The store's clock, for pages that show how long something lasts.
    const headers: Record<string, string> = { 'Dogear-Now': String(engine.now()), ...said.headers }
    // A list of methods is for the pages that may use them.
    if (route && given.status === 405 && isFromHere(request, settings.origins))
      headers.Allow = Object.keys(route.methods).join(', ')
    return { ...said, headers, body: request.method === 'HEAD' ? null : said.body }
  }

  return {
    engine,
    basePath,
    answer,
    isFromHere: (request) => isFromHere(fromRequest(request), settings.origins),
    handle: async (request) => toResponse(await answer(fromRequest(request))),
    async readView(name, request) {
      const [spot, page] = [toSpot(name), asPage(fromRequest(request))]
      const view = await engine.read(spot.flow, await toBrowser(settings, page).visitor(spot))
      return sayIn(settings, page, ({ words }) => viewIn(words, view))
    },
    async readProgress(name, request) {
      const [spot, page] = [toSpot(name), asPage(fromRequest(request))]
      return engine.readProgress(spot.flow, await toBrowser(settings, page).visitor(spot))
    },
    async readViews(flow, request) {
      const page = asPage(fromRequest(request))
      const views = await viewsHere(settings, page, flow)
      return sayIn(settings, page, ({ words }) => views.map((view) => viewIn(words, view)))
    },
    readWords: (request) =>
      sayIn(settings, asPage(fromRequest(request)), ({ words }) => (words ? completed(words) : english)),
    cookieName: (name, origin) => site(name, origin).name,
    readCredential: (name, cookieHeader, origin) => parseCookie(site(name, origin).name, cookieHeader)?.credential,
  }
}

/** The request of a page itself: its referrer is the page before it. */
const asPage = (request: Incoming): Incoming => ({
  ...request,
  header: (name) => (name === 'referer' ? null : request.header(name)),
})

/** The answer in the words of the request, which are asked for only if it holds any. */
const say = (settings: Settings, request: Incoming, answer: Unsaid): Answer | Promise<Answer> =>
  typeof answer.body === 'function' && settings.messages
    ? sayIn(settings, request, (asked) => inWords(answer, asked))
    : inWords(answer, none)

function dispatch(settings: Settings, request: Incoming, route: Route | undefined): Promise<Unsaid> {
  if (!route) throw notHere()
  requireHost(request)
  const handler = Object.hasOwn(route.methods, request.method) && route.methods[request.method as keyof Methods]
  if (!handler) throw new DogearError('method_not_allowed', 'This address does not answer this method.')
  const safe = request.method === 'GET' || request.method === 'HEAD' || fromAnywhere.has(handler)
  if (!safe) checkOrigin(request, settings.origins)
  if (route.flow !== '' && !settings.engine.flows.has(route.flow))
    throw new DogearError('unknown_flow', 'There is no flow of this name.')
  const spot = spotOf(route.flow, route.key)
  const browser = toBrowser(settings, request)
  if (!safe) settings.limits.change({ session: browser.token(spot)?.credential.id, address: browser.address() })
  return handler({ request, settings, browser, spot, item: route.item })
}

function refuse(
  settings: Settings,
  request: Incoming,
  { route, error }: { route: Route | undefined; error: unknown },
): Unsaid {
  const { report, engine, pagePath } = settings
  const spot = route && engine.flows.has(route.flow) ? spotIn(route) : undefined
  const known = toProblem(error)
  const failed = known.problem.status >= 500
  const page = isFormSubmission(request)
  const about = known.problem.reference ? {} : concerned(settings, request, { ...(spot && { spot }), failed })
  const reference = known.problem.reference ?? about.session ?? about.reference
  const named = reference !== undefined && (failed || page)
  const refused = named ? { ...known, problem: { ...known.problem, reference } } : known
  if (failed) report(error, about)
  if (refused.problem.code === 'origin_refused') engine.log(originLine(request))
  if (!page) return problem(refused)
  return problemAsPage(refused, spot && pagePath(spot, null))
}

/** The spot of a route; that of its flow alone where the key is none. */
const spotIn = ({ flow, key }: Route): Spot => spotOf(flow, key !== undefined && isKey(key) ? key : undefined)

/** The session that the browser names, by its tag; for a failure without one, a reference of its own. */
function concerned(settings: Settings, request: Incoming, { spot, failed }: { spot?: Spot; failed: boolean }): About {
  // Read without a line in the log, which the request has by now.
  const { name } = cookieSite(spot?.cookie ?? '', request.origin, settings.relaxedCookie)
  const token = spot && parseCookie(name, request.header('cookie'))
  if (token) return { session: tagOf(token.credential.id) }
  return failed ? { reference: Buffer.from(settings.random(8)).toString('base64url') } : {}
}

const methods = ['POST', 'PUT', 'PATCH', 'DELETE']
const sites = ['same-origin', 'same-site', 'cross-site', 'none']

/** The line of a request from another site. Method and header may say anything, so only known words are noted. */
function originLine(request: Incoming): Noted {
  const word = (known: readonly string[], said: string | null) => known.find((one) => one === said) ?? 'other'
  const [method, site] = [word(methods, request.method), word(sites, request.header('sec-fetch-site'))]
  return { name: 'origin.refused', method, site }
}

// Without JavaScript a person must get a page, not JSON, also for a failure.
function isFormSubmission(request: Incoming): boolean {
  return (
    request.method === 'POST' &&
    (bodyKind(request.header('content-type')) === 'form' || (request.header('accept') ?? '').includes('text/html'))
  )
}
