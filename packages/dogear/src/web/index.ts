// Entry `dogear/web`: the routes for servers that speak web-standard requests, such as those of Hono, Bun, Deno.

import type { Http } from '../http/index.ts'

export type { StepPage } from '../http/step-page.ts'
export { readProgress } from './read-progress.ts'
export { readStep } from './read-step.ts'

/** Answers every request below the base path of `http`, and everything else with 404. Never rejects. */
export function toFetchHandler(http: Http): (request: Request) => Promise<Response> {
  return (request) => http.handle(request)
}
