// The page of a step for a server that speaks web requests.

import type { Flow, ViewOf } from '../flow/define.ts'
import type { Http } from '../http/index.ts'
import { type PagesAt, type StepPage, stepPage, toPages } from '../http/step-page.ts'

/**
 * Reads the visitor's session for the page that `request` asks for: `props` for `useStep`, or the URL in `redirectTo`
 * if that page is not open. Nothing is written.
 *
 * `base` is the path above the flow's pages; `/` and `''` are the root. `key` names one of several sessions of the
 * flow. Rejects with a `TypeError` if the base is no path, with a `DogearError` if the store cannot be read, the record
 * cannot be understood, or the key is none (`invalid_request`: there is no such page).
 */
export async function readStep<F extends Flow>(
  http: Http,
  flow: F,
  request: Request,
  at: PagesAt = {},
): Promise<StepPage<ViewOf<F>>> {
  const { name, base } = toPages(flow.id, at)
  const { pathname, searchParams: query } = new URL(request.url)
  const path = pathname.startsWith(`${base}/`) ? pathname.slice(base.length + 1).replace(/\/$/, '') : ''
  const view = (await http.readView(name, request)) as ViewOf<F>
  const words = await http.readWords(request)
  const url = `${http.basePath}/${name}`
  return stepPage(view, { path, query, base, url, now: http.engine.now(), words })
}
