// The page of a step for a server that speaks web requests.

import type { Flow, ViewOf } from '../flow/define.ts'
import type { Http } from '../http/index.ts'
import { type StepPage, stepPage, toBase } from '../http/step-page.ts'

/**
 * Reads the visitor's session for the page that `request` asks for: `props` for `useStep`, or the URL in `redirectTo`
 * if that page is not open. Nothing is written.
 *
 * `base` is the path above the flow's pages; `/` and `''` are the root. Rejects with a `TypeError` if it is no path,
 * with a `DogearError` if the store cannot be read or the record cannot be understood.
 */
export async function readStep<F extends Flow>(
  http: Http,
  flow: F,
  request: Request,
  base: string = `/${flow.id}`,
): Promise<StepPage<ViewOf<F>>> {
  const above = toBase(base)
  const { pathname, searchParams: query } = new URL(request.url)
  const path = pathname.startsWith(`${above}/`) ? pathname.slice(above.length + 1).replace(/\/$/, '') : ''
  const view = (await http.readView(flow.id, request)) as ViewOf<F>
  const url = `${http.basePath}/${flow.id}`
  return stepPage(view, { path, query, base: above, url, now: http.engine.now() })
}
