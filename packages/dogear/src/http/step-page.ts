// The page of a flow that a URL shows: of the step it names, if that one is open, else of the person's current one.

import { isOpen, pageUrl } from '../pages.ts'
import type { StepProps, View, ViewStep } from '../wire.ts'
import { must, refuseWiring } from '../wiring.ts'
import { nameOf, spotOf } from './browser/spot.ts'
import type { Catalogue } from './words/catalogue.ts'

/** The segments of a path below a flow's own, encoded as in the URL; a page at the flow's own path has none. */
export type StepPath = string | readonly string[] | undefined

/** The props of `useStep`, or the URL to go to instead, which always shows something itself. */
export type StepPage<V extends View = View> = { props: StepProps<V> } | { redirectTo: string }

/** `base` is the path above the flow's pages, `query` that of the URL, `url` where the flow's events go. */
type Requested = { path: StepPath; query: URLSearchParams; base: string; url: string; now: number; words: Catalogue }

/**
 * The step to show at a requested path, or the path to go to instead: that of the current step.
 *
 * An open step may be shown. A state that is no step, such as one that waits for an effect, has its place at the flow's
 * own path, `''`: there `step` is null. The path to go to always shows something itself.
 */
export function stepFor(
  view: Pick<View, 'steps'>,
  requested: StepPath,
): { step: ViewStep | null } | { redirectTo: string } {
  const path = toPath(requested)
  const step = view.steps.find((candidate) => candidate.path === path && isOpen(candidate))
  if (step) return { step }
  const current = view.steps.find(({ state }) => state === 'current')
  return current || path !== '' ? { redirectTo: current?.path ?? '' } : { step: null }
}

/** The page at a requested URL, for a view that was read for it. */
export function stepPage<V extends View>(view: V, { path, query, base, url, now, words }: Requested): StepPage<V> {
  const found = stepFor(view, path)
  const problem = query.get('problem') ?? undefined
  const { lang, dir, problems } = words
  const said = { lang, dir, problems }
  if ('step' in found) return { props: { view, now, url, base, path: found.step?.path ?? null, problem, words: said } }
  // Until a session is stored, the query may be what it will be made of.
  const kept = new URLSearchParams(view.saved ? '' : query)
  if (problem !== undefined) kept.set('problem', problem)
  const search = kept.size > 0 ? `?${kept}` : ''
  return { redirectTo: pageUrl(base, found.redirectTo) + search }
}

/** The path above a flow's pages; with the `key` of one of several sessions of it. */
export type PagesAt = string | { base?: string | undefined; key?: string | undefined }

/**
 * Where the pages of a flow are: `name` is that in the routes, `base` is without the slash of the root. Throws a
 * `TypeError` if that is no path, as redirects would lead elsewhere; `invalid_request` for a key that is none.
 */
export function toPages(flow: string, at: PagesAt): { name: string; key: string | undefined; base: string } {
  const { key, ...given } = typeof at === 'object' && at !== null ? at : { base: at }
  const name = nameOf(spotOf(flow, key))
  const { base = `/${name}` } = given
  const above = base === '/' ? '' : base
  refuseWiring('readStep was given what cannot work', aBase(above, 'base'))
  return { name, key, base: above }
}

const aBase = must(
  'a path such as /signup: with a slash before it, and none after it',
  (value) => typeof value === 'string' && /^(\/[^/?#]+)*$/.test(value),
)

/** The path as the flow has it. */
function toPath(requested: StepPath): string {
  const segments = [requested ?? []].flat() as string[]
  return segments.map(decoded).join('/')
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
