// The page of a step as Next asks for it.

import { notFound, redirect } from 'next/navigation.js'
import type { Flow, ViewOf } from '../flow/define.ts'
import { isKey } from '../http/browser/spot.ts'
import type { Http } from '../http/index.ts'
import { type PagesAt, stepPage, toPages } from '../http/step-page.ts'
import type { StepProps } from '../wire.ts'
import { readFlow } from './read-flow.ts'
import { readWords } from './read-words.ts'

/** The props of a page whose last folder is `[step]`, `[...step]` or `[[...step]]`. */
export type StepRoute = {
  params: Promise<{ step?: string | string[] | undefined }>
  searchParams?: Promise<Readonly<Record<string, string | string[] | undefined>>>
}

/**
 * Reads the visitor's session for the page at `route`, and gives what `useStep` takes; redirects to the current step if
 * the page is not open. `base` is the path above the flow's pages; `/` and `''` are the root. Rejects with a
 * `TypeError` if it is no path, as its redirects would lead elsewhere. A redirect throws: call it outside `try`.
 *
 * `key` names one of several sessions of the flow. A text that can be no key has no page: Next says `notFound`.
 */
export async function readStep<F extends Flow>(
  http: Http,
  flow: F,
  { params, searchParams }: StepRoute,
  at: PagesAt = {},
): Promise<StepProps<ViewOf<F>>> {
  if (typeof at === 'object' && at?.key !== undefined && !isKey(at.key)) notFound()
  const { name, key, base } = toPages(flow.id, at)
  const [{ step }, given = {}] = await Promise.all([params, searchParams])
  const query = toQuery(given)
  const asked = new URLSearchParams(query)
  asked.delete('problem')
  const view = await readFlow(http, flow, { search: asked.size > 0 ? `?${asked}` : '', key })
  const words = await readWords(http)
  const url = `${http.basePath}/${name}`
  const page = stepPage(view, { path: step, query, base, url, now: http.engine.now(), words })
  return 'redirectTo' in page ? redirect(page.redirectTo) : page.props
}

const toQuery = (given: Readonly<Record<string, string | string[] | undefined>>) =>
  new URLSearchParams(
    Object.entries(given).flatMap(([name, value]) => [value ?? []].flat().map((one): [string, string] => [name, one])),
  )
