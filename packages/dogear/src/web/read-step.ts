// The page of a step for a server that speaks web requests.

import type { Flow, ViewOf } from '../flow/define.ts'
import { nameOf } from '../http/browser/spot.ts'
import type { Http } from '../http/index.ts'
import { type StepPage, stepPage, toBase } from '../http/step-page.ts'

/**
 * Reads the visitor's session for the page that `request` asks for: `props` for `useStep`, or the URL in `redirectTo`
 * if that page is not open. Nothing is written.
 *
 * `base` is the path above the flow's pages; `/` and `''` are the root. `key` names one of several sessions of the flow.
 * Rejects with a `TypeError` if `base` is no path, with a `DogearError` if the store cannot be read, the record cannot
 * be understood, or the key is none.
 */
export async function readStep<F extends Flow>(
  http: Http,
  flow: F,
  request: Request,
  at: string | { base?: string | undefined; key?: string | undefined } = {},
): Promise<StepPage<ViewOf<F>>> {
  const { key, ...given } = typeof at === 'object' && at !== null ? at : { base: at }
  const name = nameOf({ flow: flow.id, key })
  const { base = `/${name}` } = given
  const above = toBase(base)
  const { pathname, searchParams: query } = new URL(request.url)
  const path = pathname.startsWith(`${above}/`) ? pathname.slice(above.length + 1).replace(/\/$/, '') : ''
  const view = (await http.readView(name, request)) as ViewOf<F>
  const url = `${http.basePath}/${name}`
  const words = await http.readWords(request)
  return stepPage(view, { path, query, base: above, url, now: http.engine.now(), words })
}
