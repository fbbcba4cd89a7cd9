// A refused request, explained to the developer.

import { isDogearError } from '../../errors.ts'
import { isPlain } from '../../plain-data.ts'
import type { Problem, View } from '../../wire.ts'
import { cookieSite } from '../browser/cookie.ts'
import { toSpot } from '../browser/spot.ts'
import type { Incoming } from '../exchange.ts'
import type { Settings } from '../options.ts'

type Answered = { settings: Settings; request: Incoming; flow: string | undefined; problem: Problem }

type Told = { request: Incoming; problem: Problem | undefined; flow: string | undefined; error?: unknown }

/** Tells `settings.explain` of an answer of 400 and above; `error` is the reason, where one was thrown. */
export async function explain(settings: Settings, { request, problem, flow, error }: Told): Promise<void> {
  if (!settings.explain || !problem) return
  const { method, path } = request
  try {
    const hint = hints[problem.code]?.({ settings, request, flow, problem })
    const cause = causeOf(error)
    const lines = [
      `dogear: ${method} ${path} was answered with ${problem.status} ${problem.code}. ${problem.detail}`,
      ...(hint ? [hint] : []),
      ...(cause ? [cause] : []),
      `More: ${problem.type}`,
    ]
    await settings.explain(lines.join('\n  '))
  } catch (failure) {
    settings.report(failure)
  }
}

/** The errors behind a failure of the server, with their stacks. */
function causeOf(error: unknown): string | undefined {
  if (error === undefined) return undefined
  const { cause } = Object(error) as { cause?: unknown }
  if (isDogearError(error)) return causeOf(cause)
  const own = error instanceof Error ? (error.stack ?? String(error)) : String(error)
  return cause === undefined ? own : `${own}\n  caused by ${causeOf(cause)}`
}

const hints: Readonly<Record<string, (refusal: Answered) => string | undefined>> = {
  not_found: ({ settings, request }) =>
    request.path.startsWith(settings.basePath)
      ? undefined
      : `The routes lie below ${settings.basePath}. Give createHttp the basePath under which it is mounted.`,
  unknown_flow: ({ settings }) =>
    `createEngine was given: ${[...settings.engine.flows.keys()].join(', ') || 'no flow'}.`,
  origin_refused: ({ request }) => {
    const [site, origin] = ['sec-fetch-site', 'origin'].map((name) => request.header(name) ?? 'none')
    const seen = `Sec-Fetch-Site: ${site}, Origin: ${origin}; this server takes itself for ${request.origin}.`
    return `${seen} Behind a proxy, list the public origin in the origins of createHttp.`
  },
  no_cookies: () =>
    'Over plain http browsers keep the cookie only from localhost. Else: is a cookie blocked, or a proxy dropping it?',
  no_session: ({ settings, request, flow }) =>
    `No usable cookie ${cookieNames(settings, request, flow)} came with the request.`,
  invalid_event: ({ problem }) =>
    problem.issues?.map(({ path, message }) => `${path.join('.') || '(the event)'}: ${message}`).join('; '),
  not_accepted: ({ problem }) => standing(problem.view),
  stale_step: ({ problem }) => standing(problem.view),
}

const cookieNames = (settings: Settings, request: Incoming, flow: string | undefined): string =>
  cookieSite(toSpot(flow ?? '').cookie, request.origin, settings.relaxedCookie).name

function standing(view: View | undefined): string | undefined {
  if (!view) return undefined
  const value = isPlain(Object(view.value)) ? JSON.stringify(view.value) : String(view.value)
  return `The flow is at ${value}, revision ${view.revision}, and takes: ${view.accepts.join(', ') || 'nothing'}.`
}
